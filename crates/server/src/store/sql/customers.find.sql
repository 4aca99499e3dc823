-- Which customer has this id?
select id, customer_key, email, name, provider_key, confirmed_at, merged_into, partner_id, source, reason, archived_at,
    metadata, signed_up_at, created_at, updated_at
from customers where program_id = $1 and mode = $2 and id = $3
