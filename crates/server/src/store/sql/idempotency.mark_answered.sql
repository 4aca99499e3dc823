-- Keeps the final answer to a request.
update idempotency_keys
set status = $6, body = $7
where program_id = $1
  and mode = $2
  and key_pair_id = $3
  and route = $4
  and key = $5
