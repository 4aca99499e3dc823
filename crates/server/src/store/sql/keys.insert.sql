-- Stores a new pair of API keys.
insert into key_pairs (id, program_id, mode, public_key, secret_hash, created_at, revoked_at)
values ($1, $2, $3, $4, $5, $6, $7)
