-- Which requests went to addresses that are no links, in this time? The latest of them.
select incarnation, segment, position, path, link_id, outcome, occurred_at
from link_misses
where program_id = $1 and occurred_at >= $2 and occurred_at <= $3 and link_id is null
order by occurred_at desc
limit $4
