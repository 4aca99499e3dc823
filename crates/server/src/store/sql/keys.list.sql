-- Which pairs of keys has the tenant had?
select id, program_id, mode, public_key, secret_hash, created_at, revoked_at
from key_pairs
where program_id = $1
  and mode = $2
order by created_at, id
