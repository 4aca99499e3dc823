-- Which payments does the program have? One page, oldest first.
select id, source, key, customer_id, amount, currency, product_key, category_key, metadata, input_hash, removed_at, given_back_at,
    occurred_at, recorded_at
from transactions
where program_id = $1 and mode = $2 and removed_at is null and given_back_at is null
  and (cast($3 as text) is null or customer_id = $3)
  and (cast($4 as text) is null or id > $4)
  and (cast($6 as bigint) is null or occurred_at >= $6)
  and (cast($7 as bigint) is null or occurred_at <= $7)
  and (cast($8 as bigint) is null or recorded_at >= $8)
  and (cast($9 as bigint) is null or recorded_at <= $9)
order by id asc
limit $5
