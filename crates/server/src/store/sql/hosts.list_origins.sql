-- Which further sites may talk to us in the program's name?
select host
from program_origins
where program_id = $1
order by host
