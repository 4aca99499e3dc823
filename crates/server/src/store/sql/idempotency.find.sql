-- What is known of a request?
select input_hash, status, body, effect_at, created_at
from idempotency_keys
where program_id = $1
  and mode = $2
  and key_pair_id = $3
  and route = $4
  and key = $5
