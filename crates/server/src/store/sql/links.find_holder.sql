-- Which link of the program holds this link key? Both modes share one space of addresses, so no mode is named.
select id
from links
where program_id = $1
  and folded = $2
