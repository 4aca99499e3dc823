-- Stores a new link, unless its link key or its number is taken.
insert into links (id, program_id, mode, number, link_key, folded, partner_id, dest, title, version, archived_at,
  created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict do nothing
