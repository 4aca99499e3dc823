-- Which group of the program has this slug?
select id, slug, name, default_at, archived_at, created_at, updated_at
from groups
where program_id = $1
  and slug = $2
