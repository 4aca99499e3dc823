-- Adds clicks to the daily count of a link, partner and outcome, in one drain's slot.
insert into click_rollups (program_id, mode, day, link_id, partner_id, outcome, slot, clicks)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (program_id, mode, day, partner_id, link_id, outcome, slot)
do update set clicks = click_rollups.clicks + excluded.clicks
