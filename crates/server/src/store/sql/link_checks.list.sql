-- What was last seen, of one link of the tenant or of all? Newest first.
select id, link_id, url, dest, host, path, why, shared_with, browser_at, facts, checked_at
from link_checks
where program_id = $1
  and mode = $2
  and (cast($3 as text) is null or link_id = $3)
order by checked_at desc, id desc
limit $4
