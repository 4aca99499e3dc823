-- How many clicks with each outcome did each link of the partner have?
select link_id, outcome, cast(sum(clicks) as bigint) as clicks
from click_rollups
where program_id = $1 and mode = $2 and partner_id = $3
group by link_id, outcome
