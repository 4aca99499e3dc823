-- How many deliveries of the tenant's were refused in this time, by address and reason, the latest first? With the samples
-- of the latest hour.
select provider, endpoint_key, reason, cast(sum(attempts) as bigint) as attempts, min(first_at) as first_at,
    max(last_at) as last_at, (select b.samples from webhook_attempts b
        where b.program_id = $1 and b.mode = $2 and b.last_at >= $3 and b.last_at < $4 and b.provider = a.provider
          and b.endpoint_key = a.endpoint_key and b.reason = a.reason
        order by b.last_at desc limit 1) as samples
from webhook_attempts a
where program_id = $1 and mode = $2 and last_at >= $3 and last_at < $4
group by provider, endpoint_key, reason
order by max(last_at) desc, endpoint_key, reason
