-- Which customers have a key that differs from this one in case, spaces or an address's tag at most?
select id, confirmed_at, merged_into, signed_up_at, created_at, name, email, customer_key
from customers
where program_id = $1 and mode = $2 and folded_key = $3
order by id
limit $4
