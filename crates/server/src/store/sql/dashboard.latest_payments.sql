-- Who paid last, through whom did they come, and what does that partner earn by it?
select t.amount, t.currency, t.occurred_at, c.id, c.name, c.email, c.customer_key, c.partner_id,
    p.first_name as partner_first_name, p.last_name as partner_last_name, p.email as partner_email,
    cast((select sum(k.amount) from commissions k
        where k.program_id = t.program_id and k.mode = t.mode and k.transaction_id = t.id
          and k.currency = t.currency and k.status <> 'declined') as bigint) as earned
from transactions t
join customers c on c.id = t.customer_id and c.program_id = t.program_id and c.mode = t.mode
left join partners p on p.id = c.partner_id and p.program_id = c.program_id and p.mode = c.mode
where t.program_id = $1 and t.mode = $2 and t.removed_at is null
order by t.id desc
limit $3
