-- Which partner of the tenant has this key?
select id, partner_key, email, first_name, last_name, group_id, status, version, joined_at, created_at, updated_at
from partners
where program_id = $1
  and mode = $2
  and partner_key = $3
