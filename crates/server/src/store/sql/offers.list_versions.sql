-- What did the tenant's offers promise at each time?
select versions.offer_id, versions.version, versions.from_at, versions.description, versions.trigger_kind, versions.terms,
  versions.limits, versions.rules, versions.hold_days, versions.group_id, versions.archived_at
from offers
join offer_versions versions on versions.offer_id = offers.id
where offers.program_id = $1
  and offers.mode = $2
order by versions.offer_id, versions.version
