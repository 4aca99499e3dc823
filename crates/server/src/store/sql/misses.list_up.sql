-- Which requests of the tenant led nowhere, of those asked for? One page, oldest first.
select misses.incarnation, misses.segment, misses.position, misses.path, links.link_key, partners.partner_key,
  misses.outcome, misses.reason, misses.referrer_host, misses.occurred_at
from link_misses misses
left join links on links.id = misses.link_id
left join partners on partners.id = links.partner_id
where misses.program_id = $1
  and (misses.mode is null or misses.mode = $2)
  and misses.outcome = $3
  and (cast($4 as text) is null or links.partner_id = $4)
  and (cast($5 as bigint) is null or misses.occurred_at >= $5)
  and (cast($6 as bigint) is null or misses.occurred_at <= $6)
  and (
    cast($7 as bigint) is null
    or (misses.occurred_at, misses.incarnation, misses.segment, misses.position)
      > (cast($7 as bigint), cast($8 as bigint), cast($9 as bigint), cast($10 as bigint))
  )
order by misses.occurred_at asc, misses.incarnation asc, misses.segment asc, misses.position asc
limit $11
