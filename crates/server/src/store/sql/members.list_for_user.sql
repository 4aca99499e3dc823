-- For which programs does the user act?
select program_id, role
from members
where user_id = $1
order by added_at, program_id
