-- Which pairs of keys open anything? Asked by the node itself, for every program.
select id, program_id, mode, public_key, secret_hash, created_at, revoked_at
from key_pairs
where revoked_at is null
order by id
