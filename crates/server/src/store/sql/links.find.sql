-- Which link of the tenant has this id?
select id, number, link_key, partner_id, dest, title, version, archived_at, created_at, updated_at
from links
where program_id = $1
  and mode = $2
  and id = $3
