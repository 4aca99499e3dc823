-- Which payment has this id?
select id, source, key, customer_id, matched_by, amount, currency, product_key, category_key, metadata, input_hash, removed_at, given_back_at,
    occurred_at, recorded_at
from transactions where program_id = $1 and mode = $2 and id = $3
