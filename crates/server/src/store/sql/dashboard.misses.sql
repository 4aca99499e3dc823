-- Which requests went to addresses that lead nowhere? One page, newest first.
select incarnation, segment, position, host, path, outcome, reason, occurred_at
from link_misses
where program_id = $1 and (mode is null or mode = $2) and outcome = $3
  and (occurred_at < $4 or (occurred_at = $4 and (segment < $5 or (segment = $5 and position < $6))))
order by occurred_at desc, segment desc, position desc
limit $7
