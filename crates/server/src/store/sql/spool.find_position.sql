-- How far has this run of a node been drained?
select segment, position
from spool_incarnations
where incarnation = $1
