-- How many page views were there, counted from the page views themselves?
select day, case when page_template = '(others)' then '(others)' else page_host end as host, page_template as path,
    count(*) as views,
    cast(sum(case when click_incarnation is null then 0 else 1 end) as bigint) as views_with_click,
    cast(sum(case when cookie = 'failed' then 1 else 0 end) as bigint) as cookie_failed,
    cast(sum(case when consent in ('denied', 'required') then 1 else 0 end) as bigint) as consent_denied,
    cast(0 as bigint) as sign_ups, cast(0 as bigint) as sign_ups_with_click
from visits where program_id = $1 and mode = $2 and page_template is not null
group by 1, 2, 3
