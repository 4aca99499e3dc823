-- Stores the hash of a new server-to-server token.
insert into s2s_tokens (token_hash, program_id, mode, created_at)
values ($1, $2, $3, $4)
