-- What was refused in this time before it could become an event, hour by hour, the latest first?
select source, cause, origin, requests, first_at, last_at
from (
  select 'snippet' as source, reason as cause, origin, cast(sum(requests) as bigint) as requests,
      hour * 3600000000 as first_at, max(last_at) as last_at
  from refusals
  where program_id = $1 and last_at >= $3 and last_at < $4
  group by hour, origin, reason
  union all
  select provider as source, reason as cause, endpoint_key as origin, cast(sum(attempts) as bigint) as requests,
      min(first_at) as first_at, max(last_at) as last_at
  from webhook_attempts
  where program_id = $1 and mode = $2 and last_at >= $3 and last_at < $4
  group by hour, provider, endpoint_key, reason
) as all_of_it
order by last_at desc, source, cause, origin
limit $5
