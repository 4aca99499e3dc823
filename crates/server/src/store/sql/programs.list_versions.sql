-- Has anything that the link table serves changed? Asked by the node itself, for every program.
select id, version
from programs
order by id
