-- Which customer does this identity belong to?
select i.customer_id, i.confirmed_at, c.confirmed_at as customer_confirmed_at
from customer_identities i
join customers c on c.id = i.customer_id and c.program_id = i.program_id and c.mode = i.mode
where i.program_id = $1 and i.mode = $2 and i.kind = $3 and i.value = $4
