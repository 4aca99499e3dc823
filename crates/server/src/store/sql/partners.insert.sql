-- Stores a new partner, unless its key or its e-mail is taken.
insert into partners (id, program_id, mode, partner_key, email, first_name, last_name, group_id, status, version,
  joined_at, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict do nothing
