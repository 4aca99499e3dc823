-- How many payments did customers of partners make in each half hour since $3?
select (t.occurred_at - $3) / 1800000000 as slice, cast(count(*) as bigint) as many
from transactions t
join customers c on c.id = t.customer_id and c.program_id = t.program_id and c.mode = t.mode
where t.program_id = $1 and t.mode = $2 and t.occurred_at >= $3 and t.occurred_at < $4
  and t.removed_at is null and t.amount > 0 and c.partner_id is not null
group by 1
