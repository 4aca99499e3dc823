-- What was last seen of a destination of the tenant since a moment, through whichever link?
select id, link_id, url, dest, host, path, why, shared_with, browser_at, facts, checked_at
from link_checks
where program_id = $1
  and mode = $2
  and host = $3
  and path = $4
  and dest = $5
  and link_id is not null
  and shared_with is null
  and checked_at > $6
order by checked_at desc, id desc
limit 1
