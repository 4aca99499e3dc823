-- Who signed up last, and through whom?
select c.id, c.name, c.email, c.customer_key, c.signed_up_at, c.partner_id,
    p.first_name as partner_first_name, p.last_name as partner_last_name, p.email as partner_email
from customers c
left join partners p on p.id = c.partner_id and p.program_id = c.program_id and p.mode = c.mode
where c.program_id = $1 and c.mode = $2 and c.merged_into is null and c.archived_at is null
order by c.id desc
limit $3
