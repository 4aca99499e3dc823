-- What arrived last?
select kind, outcome, cause, source, created_at
from events
where program_id = $1 and mode = $2
order by id desc
limit $3
