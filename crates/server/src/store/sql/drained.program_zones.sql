-- In which time zone does each program count its days? (Of all programs: the drain serves every tenant.)
select id as program_id, time_zone
from programs
order by id
