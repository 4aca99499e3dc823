-- Which requests went to addresses that lead nowhere? One page, newest first. (A run of a node does not fill a segment within
-- one microsecond, so time, run and position name one.)
select incarnation, position, host, path, outcome, occurred_at
from link_misses
where program_id = $1 and (mode is null or mode = $2) and outcome = $3
  and (occurred_at < $4 or (occurred_at = $4 and (incarnation < $5 or (incarnation = $5 and position < $6))))
order by occurred_at desc, incarnation desc, position desc
limit $7
