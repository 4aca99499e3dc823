-- What was last seen of a link of the tenant before a moment?
select id, link_id, url, dest, host, path, why, shared_with, browser_at, facts, checked_at
from link_checks
where program_id = $1 and mode = $2 and link_id = $3 and checked_at < $4
order by checked_at desc, id desc
limit 1
