-- Counts refused ingest requests of one hour, origin and reason, as one run of a node has seen them so far.
insert into refusals (hour, origin, reason, slot, program_id, requests, samples, last_at, sign_ups)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (hour, origin, reason, slot)
do update set requests = excluded.requests, samples = excluded.samples, last_at = excluded.last_at,
    sign_ups = excluded.sign_ups
