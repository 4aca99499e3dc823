-- What has the program decided, and when?
select policy
from program_policies
where program_id = $1
order by version
