-- What was refused of the program's own site since then? The latest first.
select origin, reason, requests, samples, last_at
from refusals
where program_id = $1 and hour >= $2 and last_at >= $3
order by last_at desc
limit $4
