-- Stores a new group, unless the program has one of that slug.
insert into groups (id, program_id, slug, name, default_at, archived_at, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing
