-- Which pair has this public key? Asked before the program is known: the answer is what names it.
select id, program_id, mode, public_key, secret_hash, created_at, revoked_at
from key_pairs
where public_key = $1
  and revoked_at is null
