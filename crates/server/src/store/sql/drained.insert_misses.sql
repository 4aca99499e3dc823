-- Keeps requests to links that lead nowhere.
insert into link_misses (
    incarnation, segment, position, program_id, mode, host, path, link_id, outcome, reason, occurred_at, recorded_at,
    referrer_host
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (incarnation, segment, position) do nothing
