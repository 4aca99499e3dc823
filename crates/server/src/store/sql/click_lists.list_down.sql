-- Which clicks does the tenant have, of those asked for? One page, newest first.
select clicks.xid, links.link_key, partners.partner_key, clicks.outcome, clicks.occurred_at, clicks.reclassified_at, clicks.dest,
  clicks.earlier_xids, clicks.sub_ids, clicks.referrer_host, clicks.device, clicks.browser, clicks.country
from clicks
join links on links.id = clicks.link_id
join partners on partners.id = clicks.partner_id
where clicks.program_id = $1
  and clicks.mode = $2
  and (cast($3 as text) is null or clicks.partner_id = $3)
  and (cast($4 as text) is null or clicks.link_id = $4)
  and (cast($5 as text) is null or clicks.outcome = $5)
  and (cast($6 as bigint) is null or clicks.occurred_at >= $6)
  and (cast($7 as bigint) is null or clicks.occurred_at <= $7)
  and (cast($8 as bigint) is null or coalesce(clicks.reclassified_at, clicks.recorded_at) >= $8)
  and (cast($9 as bigint) is null or coalesce(clicks.reclassified_at, clicks.recorded_at) <= $9)
  and (
    cast($10 as bigint) is null
    or (clicks.ms, clicks.incarnation, clicks.counter) < (cast($10 as bigint), cast($11 as bigint), cast($12 as bigint))
  )
order by clicks.ms desc, clicks.incarnation desc, clicks.counter desc
limit $13
