-- Which commissions are there, and where do they stand?
select id, partner_id, amount, currency, status from commissions
where program_id = $1 and mode = $2
order by id
