-- How many requests of the tenant led nowhere, of those asked for?
select count(*)
from link_misses misses
left join links on links.id = misses.link_id
where misses.program_id = $1
  and (misses.mode is null or misses.mode = $2)
  and misses.outcome = $3
  and (cast($4 as text) is null or links.partner_id = $4)
  and (cast($5 as bigint) is null or misses.occurred_at >= $5)
  and (cast($6 as bigint) is null or misses.occurred_at <= $6)
