-- Notes, in the transaction of the effect itself, that a request has had its effect.
update idempotency_keys
set effect_at = coalesce(effect_at, created_at)
where program_id = $1
  and mode = $2
  and key_pair_id = $3
  and route = $4
  and key = $5
