-- Whom does this name belong to?
select c.id, c.confirmed_at, c.merged_into, c.signed_up_at, c.created_at, c.name, c.email, c.customer_key
from customer_identities i
join customers c on c.id = i.customer_id and c.program_id = i.program_id and c.mode = i.mode
where i.program_id = $1 and i.mode = $2 and i.kind = $3 and i.value = $4
