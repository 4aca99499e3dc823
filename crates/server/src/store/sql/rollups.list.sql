-- How many clicks were there, by the roll-ups?
select day, link_id, partner_id, outcome, cast(sum(clicks) as bigint) as clicks
from click_rollups where program_id = $1 and mode = $2
group by day, link_id, partner_id, outcome
having sum(clicks) <> 0
