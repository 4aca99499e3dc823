-- Stores a new offer.
insert into offers (id, program_id, mode, version, archived_at, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $6)
