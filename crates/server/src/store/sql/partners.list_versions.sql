-- What was the partner at each time?
select versions.partner_id, versions.version, versions.from_at, versions.group_id, versions.status
from partners
join partner_versions versions on versions.partner_id = partners.id
where partners.program_id = $1
  and partners.mode = $2
  and partners.id = $3
order by versions.version
