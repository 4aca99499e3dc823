-- Who signed up in this time? The latest of them.
select id, confirmed_at, merged_into, signed_up_at, created_at, name, email, customer_key
from customers
where program_id = $1 and mode = $2 and signed_up_at >= $3 and signed_up_at <= $4
    and archived_at is null and merged_into is null
order by signed_up_at desc
limit $5
