-- Whose links does this host serve? Asked before the program is known.
select host, program_id, proof, verified_at
from program_hosts
where host = $1
