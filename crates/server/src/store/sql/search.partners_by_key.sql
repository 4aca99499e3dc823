-- Which partners have this key, whatever its case?
select id, partner_key, email, first_name, last_name from partners
where program_id = $1 and mode = $2 and lower(partner_key) = $3
order by case when partner_key = $4 then 0 else 1 end, id desc
limit $5
