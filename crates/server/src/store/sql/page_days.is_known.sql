-- Is this page counted on this day already?
select 1 as known
from page_days
where program_id = $1 and mode = $2 and host = $3 and path = $4 and day = $5
limit 1
