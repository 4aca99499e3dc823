-- Over which link came the click, and in which browser?
select l.link_key, k.device, k.browser
from clicks k
left join links l on l.id = k.link_id and l.program_id = k.program_id
where k.incarnation = $3 and k.ms = $4 and k.counter = $5 and k.program_id = $1 and k.mode = $2
