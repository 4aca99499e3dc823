-- By what names is this customer known?
select kind, value, confirmed_at from customer_identities
where program_id = $1 and mode = $2 and customer_id = $3
order by kind, value
