-- Keeps what an offer promises from now on.
insert into offer_versions (program_id, offer_id, version, from_at, description, trigger_kind, terms, limits, rules,
  hold_days, group_id, archived_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
