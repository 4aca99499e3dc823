-- Keep a click as a candidate for the customer whose claim presented it.
insert into touches (program_id, mode, claim_id, incarnation, ms, counter, xid, link_id, partner_id, outcome, came_by, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (program_id, mode, claim_id, incarnation, ms, counter) do nothing
