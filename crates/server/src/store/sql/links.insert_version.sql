-- Keeps whose a link is and where it leads from now on, for decisions about what happens from now on.
insert into link_versions (program_id, link_id, version, from_at, partner_id, dest, archived_at)
values ($1, $2, $3, $4, $5, $6, $7)
