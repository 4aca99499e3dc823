-- Which customers have a name whose sound key lies in this range?
select id, confirmed_at, merged_into, signed_up_at, created_at, name, email, customer_key
from customers
where program_id = $1 and mode = $2 and name_sound >= $3 and name_sound < $4
order by name_sound
limit $5
