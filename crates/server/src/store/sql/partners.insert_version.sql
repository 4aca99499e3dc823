-- Keeps what a partner is from now on, for decisions about what happens from now on.
insert into partner_versions (program_id, partner_id, version, from_at, group_id, status)
values ($1, $2, $3, $4, $5, $6)
