-- Whose was the link at each time, and where did it lead?
select link_id, version, from_at, partner_id, dest, archived_at
from link_versions
where program_id = $1
  and link_id = $2
order by version
