-- Which pages have told of page views, or been where people's clicks led, since that day? The last heard of first.
select host, path, cast(sum(views) as bigint) as views, cast(sum(cookie_failed) as bigint) as cookie_failed,
  cast(sum(clicks) as bigint) as clicks, max(last_at) as last_at
from page_days
where program_id = $1 and mode = $2 and day >= $3
group by host, path
order by coalesce(max(last_at), 0) desc, host, path
limit $4
