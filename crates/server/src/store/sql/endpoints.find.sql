-- For whom is a delivery to this address? Asked before the program is known: the answer is what names it.
select endpoint_key, program_id, mode, provider, secret, created_at
from webhook_endpoints
where provider = $1
  and endpoint_key = $2
  and revoked_at is null
