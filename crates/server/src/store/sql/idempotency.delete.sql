-- Forgets a request that did nothing.
delete from idempotency_keys
where program_id = $1
  and mode = $2
  and key_pair_id = $3
  and route = $4
  and key = $5
  and status is null
  and effect_at is null
