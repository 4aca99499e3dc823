-- Which customers did somebody call by a name, in this range, that their own rows lack?
select c.id, c.confirmed_at, c.merged_into, c.signed_up_at, c.created_at, k.name, c.email, c.customer_key
from claims k
join customers c on c.id = k.customer_id and c.program_id = k.program_id and c.mode = k.mode
where k.program_id = $1 and k.mode = $2 and k.name_forward is not null and k.name_forward >= $3 and k.name_forward < $4
order by k.name_forward
limit $5
