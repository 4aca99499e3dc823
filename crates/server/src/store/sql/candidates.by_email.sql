-- Which customers have this e-mail address?
select id, confirmed_at, merged_into, signed_up_at, created_at, name, email, customer_key
from customers
where program_id = $1 and mode = $2 and email = $3
order by id
limit $4
