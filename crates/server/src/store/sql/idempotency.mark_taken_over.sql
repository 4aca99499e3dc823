-- Takes over a request whose process is gone.
update idempotency_keys
set created_at = $7
where program_id = $1
  and mode = $2
  and key_pair_id = $3
  and route = $4
  and key = $5
  and status is null
  and effect_at is null
  and created_at < $6
