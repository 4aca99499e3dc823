-- Which hosts serve the program's links?
select host, program_id, proof, verified_at
from program_hosts
where program_id = $1
order by verified_at, host
