-- Which customers have a name that begins so?
select c.id, c.customer_key, c.email, c.name, c.partner_id, p.first_name as partner_first_name,
    p.last_name as partner_last_name, p.email as partner_email
from customers c
left join partners p on p.id = c.partner_id and p.program_id = c.program_id and p.mode = c.mode
where c.program_id = $1 and c.mode = $2 and lower(c.name) >= $3 and lower(c.name) < $4
  and c.merged_into is null and c.archived_at is null
order by lower(c.name), c.id
limit $5
