-- Which requests to this link led nowhere in this time? The latest of them.
select incarnation, segment, position, path, link_id, outcome, occurred_at
from link_misses
where link_id = $1 and program_id = $2 and occurred_at >= $3 and occurred_at <= $4
order by occurred_at desc
limit $5
