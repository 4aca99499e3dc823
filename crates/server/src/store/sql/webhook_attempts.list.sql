-- Which deliveries of the tenant's were refused in this time, hour by hour, the latest first?
select provider, endpoint_key, reason, cast(sum(attempts) as bigint) as attempts, min(first_at) as first_at,
    max(last_at) as last_at, max(samples) as samples
from webhook_attempts
where program_id = $1 and mode = $2 and last_at >= $3 and last_at < $4
group by provider, endpoint_key, reason, hour
order by max(last_at) desc, endpoint_key, reason
limit $5
