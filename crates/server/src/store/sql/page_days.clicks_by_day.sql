-- How many people's clicks are counted on pages, day by day?
select day, cast(sum(clicks) as bigint) as clicks
from page_days where program_id = $1 and mode = $2
group by day
