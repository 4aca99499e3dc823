-- What has the program decided last?
select policy
from program_policies
where program_id = $1
order by version desc
limit 1
