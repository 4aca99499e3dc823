-- What was counted of each day of each page?
select day, host, path, cast(sum(views) as bigint) as views, cast(sum(views_with_click) as bigint) as views_with_click,
    cast(sum(cookie_failed) as bigint) as cookie_failed, cast(sum(consent_denied) as bigint) as consent_denied,
    cast(sum(sign_ups) as bigint) as sign_ups, cast(sum(sign_ups_with_click) as bigint) as sign_ups_with_click
from page_days where program_id = $1 and mode = $2
group by day, host, path
having sum(views) + sum(sign_ups) <> 0
