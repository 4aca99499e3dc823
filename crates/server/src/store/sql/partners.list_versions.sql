-- What was the partner at each time?
select partner_id, version, from_at, group_id, status
from partner_versions
where program_id = $1
  and partner_id = $2
order by version
