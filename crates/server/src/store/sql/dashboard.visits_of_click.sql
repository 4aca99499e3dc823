-- Which pages were seen with the click's id?
select occurred_at, page_host, page_path, cookie, local_storage
from visits
where click_incarnation = $3 and click_ms = $4 and click_counter = $5 and program_id = $1 and mode = $2
order by occurred_at
limit 10
