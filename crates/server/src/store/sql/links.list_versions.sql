-- Whose was the link at each time, and where did it lead?
select versions.link_id, versions.version, versions.from_at, versions.partner_id, versions.dest, versions.archived_at
from links
join link_versions versions on versions.link_id = links.id
where links.program_id = $1
  and links.mode = $2
  and links.id = $3
order by versions.version
