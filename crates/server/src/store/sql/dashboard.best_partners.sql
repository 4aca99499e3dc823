-- Whose customers paid most since $3, after refunds? Those in the currency $4 first, for currencies cannot be compared.
select paid.partner_id, p.first_name, p.last_name, p.email, paid.currency,
    cast(sum(case when paid.total > paid.singles then paid.amount - paid.total else paid.amount - paid.singles end) as bigint) as amount,
    cast(count(distinct paid.customer_id) as bigint) as customers
from (
    select c.partner_id, t.currency, t.amount, t.customer_id,
        coalesce((select sum(r.amount) from refunds r
            where r.program_id = t.program_id and r.mode = t.mode and r.transaction_id = t.id
              and r.kind = 'single' and r.status in ('pending', 'succeeded')), 0) as singles,
        coalesce((select max(r.amount) from refunds r
            where r.program_id = t.program_id and r.mode = t.mode and r.transaction_id = t.id
              and r.kind = 'total'), 0) as total
    from transactions t
    join customers c on c.id = t.customer_id and c.program_id = t.program_id and c.mode = t.mode
    where t.program_id = $1 and t.mode = $2 and t.occurred_at >= $3
      and t.removed_at is null and t.amount > 0 and c.partner_id is not null
) paid
join partners p on p.id = paid.partner_id and p.program_id = $1 and p.mode = $2
group by paid.partner_id, p.first_name, p.last_name, p.email, paid.currency
order by case when paid.currency = $4 then 0 else 1 end, 6 desc, paid.partner_id
limit 5
