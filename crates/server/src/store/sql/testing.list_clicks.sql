-- Which requests to a partner's links were there since then? Newest first.
select occurred_at, outcome, dest, browser
from clicks
where program_id = $1 and mode = $2 and partner_id = $3 and ms >= $4
order by ms desc, incarnation desc, counter desc
limit $5
