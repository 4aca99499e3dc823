-- Revokes a pair of keys.
update key_pairs
set revoked_at = $4
where program_id = $1
  and mode = $2
  and id = $3
  and revoked_at is null
