-- Begins a request, unless it is known.
insert into idempotency_keys (program_id, mode, key_pair_id, route, key, input_hash, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing
