-- Which groups does the program have, all of them?
select id, slug, name, default_at, archived_at, created_at, updated_at
from groups
where program_id = $1
order by id
