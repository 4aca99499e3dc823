-- How many people's clicks were sent to the page after its last page view, which was on this day?
select cast(coalesce(sum(case when day = $5 then clicks_since_view else clicks end), 0) as bigint) as clicks
from page_days
where program_id = $1 and mode = $2 and host = $3 and path = $4 and day >= $5
