-- Of which customers did somebody say that they have this e-mail address?
select c.id, c.confirmed_at, c.merged_into, c.signed_up_at, c.created_at, c.name, c.email, c.customer_key
from claims k
join customers c on c.id = k.customer_id and c.program_id = k.program_id and c.mode = k.mode
where k.program_id = $1 and k.mode = $2 and k.email = $3
order by k.id
limit $4
