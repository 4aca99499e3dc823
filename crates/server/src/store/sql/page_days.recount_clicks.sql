-- How many people's clicks were there each day, counted from the clicks themselves?
select day, count(*) as clicks
from clicks where program_id = $1 and mode = $2 and outcome in ('counted', 'repeat', 'burst')
group by day
