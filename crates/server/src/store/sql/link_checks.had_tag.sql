-- Did an earlier look of the tenant at this page find the tag?
select cast(1 as bigint)
from link_checks
where program_id = $1 and mode = $2 and host = $3 and path = $4 and tag = 'found' and checked_at < $5
limit 1
