-- Which payment has this key, whoever told us of it? The first one of several.
select id, source, key, customer_id, amount, currency, product_key, category_key, metadata, input_hash, removed_at, given_back_at,
    occurred_at, recorded_at
from transactions where program_id = $1 and mode = $2 and key = $3
order by id limit 1
