-- On which hosts were pages seen in this time? The latest page views.
select page_host, occurred_at, incarnation, segment, position
from visits
where program_id = $1 and mode = $2 and occurred_at >= $3 and occurred_at <= $4
order by occurred_at desc
limit $5
