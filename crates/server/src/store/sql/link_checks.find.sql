-- Which of the tenant's looks has this id?
select id, link_id, url, dest, host, path, why, shared_with, browser_at, facts, checked_at
from link_checks
where program_id = $1 and mode = $2 and id = $3
