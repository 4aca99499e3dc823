-- How many clicks that count did the program have on each day from $3 on?
select day, cast(sum(clicks) as bigint) as clicks
from click_rollups
where program_id = $1 and mode = $2 and day >= $3 and outcome = 'counted'
group by day
