-- Counts refused deliveries of one hour, address and reason, as one run of a node has seen them so far.
insert into webhook_attempts (hour, provider, endpoint_key, reason, slot, program_id, mode, attempts, samples, first_at, last_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (hour, provider, endpoint_key, reason, slot)
do update set attempts = excluded.attempts, samples = excluded.samples, last_at = excluded.last_at
