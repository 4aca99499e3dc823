-- Where may providers deliver to for this tenant?
select endpoint_key, program_id, mode, provider, secret, created_at
from webhook_endpoints
where program_id = $1
  and mode = $2
  and revoked_at is null
order by created_at, endpoint_key
