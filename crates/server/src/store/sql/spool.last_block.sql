-- Which block of incarnation numbers was leased last?
select max(block) as block
from incarnation_leases
