-- What was seen of a link of the tenant between two moments? Oldest first.
select id, link_id, url, dest, host, path, why, shared_with, browser_at, facts, checked_at
from link_checks
where program_id = $1 and mode = $2 and link_id = $3 and checked_at >= $4 and checked_at <= $5
order by checked_at, id
limit $6
