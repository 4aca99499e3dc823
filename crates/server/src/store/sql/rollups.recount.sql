-- How many clicks were there, counted from the clicks themselves?
select day, link_id, partner_id, outcome, count(*) as clicks
from clicks where program_id = $1 and mode = $2
group by day, link_id, partner_id, outcome
