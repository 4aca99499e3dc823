-- Gives an address another secret.
update webhook_endpoints
set secret = $4
where program_id = $1
  and mode = $2
  and endpoint_key = $3
  and revoked_at is null
