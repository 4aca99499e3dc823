-- Which group does a partner join when none is named?
select id, slug, name, default_at, archived_at, created_at, updated_at
from groups
where program_id = $1
  and default_at is not null
order by default_at desc
limit 1
