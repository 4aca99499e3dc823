-- Which click ids did a click's own request carry in its cookies?
select earlier_xids
from clicks
where incarnation = $1 and ms = $2 and counter = $3 and program_id = $4 and mode = $5
