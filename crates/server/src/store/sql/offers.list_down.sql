-- Which offers does the tenant have, of those asked for? One page, newest first.
select offers.created_at, offers.updated_at,
  versions.offer_id, versions.version, versions.from_at, versions.description, versions.trigger_kind, versions.terms,
  versions.limits, versions.rules, versions.hold_days, versions.group_id, versions.archived_at
from offers
join offer_versions versions on versions.offer_id = offers.id and versions.version = offers.version
where offers.program_id = $1
  and offers.mode = $2
  and (cast($3 as text) is null or versions.group_id is null or versions.group_id = $3)
  and (cast($4 as bigint) = 1 or offers.archived_at is null)
  and (cast($5 as text) is null or offers.id < $5)
  and (cast($7 as bigint) is null or offers.created_at >= $7)
  and (cast($8 as bigint) is null or offers.created_at <= $8)
  and (cast($9 as bigint) is null or offers.updated_at >= $9)
  and (cast($10 as bigint) is null or offers.updated_at <= $10)
order by offers.id desc
limit $6
