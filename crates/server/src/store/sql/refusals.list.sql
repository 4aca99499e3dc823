-- What was refused of pages of the program's own sites, hour by hour? The latest hours.
select hour, origin, reason, cast(sum(requests) as bigint) as requests, cast(sum(sign_ups) as bigint) as sign_ups,
    max(last_at) as last_at
from refusals
where program_id = $1 and hour >= $2 and hour <= $3
group by hour, origin, reason
order by hour desc, origin, reason
limit $4
