-- Which customers' sign-ups came with this click?
select c.id, c.customer_key, c.email, c.name, c.partner_id, p.first_name as partner_first_name,
    p.last_name as partner_last_name, p.email as partner_email
from touches t
join claims k on k.id = t.claim_id and k.program_id = t.program_id and k.mode = t.mode
join customers c on c.id = k.customer_id and c.program_id = k.program_id and c.mode = k.mode
left join partners p on p.id = c.partner_id and p.program_id = c.program_id and p.mode = c.mode
where t.program_id = $1 and t.mode = $2 and t.incarnation = $3 and t.ms = $4 and t.counter = $5
group by c.id, c.customer_key, c.email, c.name, c.partner_id, p.first_name, p.last_name, p.email
order by c.id desc
limit $6
