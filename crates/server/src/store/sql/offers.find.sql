-- Which offer of the tenant has this id, as it is now?
select offers.created_at, offers.updated_at,
  versions.offer_id, versions.version, versions.from_at, versions.description, versions.trigger_kind, versions.terms,
  versions.limits, versions.rules, versions.hold_days, versions.group_id, versions.archived_at
from offers
join offer_versions versions on versions.offer_id = offers.id and versions.version = offers.version
where offers.program_id = $1
  and offers.mode = $2
  and offers.id = $3
