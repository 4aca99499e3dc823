-- Which customer has this name of this kind?
select c.id, c.customer_key, c.email, c.name, c.partner_id, p.first_name as partner_first_name,
    p.last_name as partner_last_name, p.email as partner_email
from customer_identities i
join customers c on c.id = i.customer_id and c.program_id = i.program_id and c.mode = i.mode
left join partners p on p.id = c.partner_id and p.program_id = c.program_id and p.mode = c.mode
where i.program_id = $1 and i.mode = $2 and i.kind = $3 and i.value = $4
