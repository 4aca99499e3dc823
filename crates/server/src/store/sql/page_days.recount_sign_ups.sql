-- How many sign-ups did pages tell of, counted from the sign-ups themselves?
select day, case when page_template = '(others)' then '(others)' else page_host end as host, page_template as path,
    cast(0 as bigint) as views, cast(0 as bigint) as views_with_click, cast(0 as bigint) as cookie_failed,
    cast(0 as bigint) as consent_denied,
    count(*) as sign_ups,
    cast(sum(case when xid_verdict = 'genuine' then 1 else 0 end) as bigint) as sign_ups_with_click
from claims where program_id = $1 and mode = $2 and page_template is not null
group by 1, 2, 3
