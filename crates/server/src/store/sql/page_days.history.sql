-- What is known of a page: sums over the days of a period, its first and last page view, and the clicks since?
select cast(coalesce(sum(p.views), 0) as bigint) as views,
    cast(coalesce(sum(p.views_with_click), 0) as bigint) as views_with_click,
    cast(coalesce(sum(p.sign_ups), 0) as bigint) as sign_ups,
    cast(coalesce(sum(p.sign_ups_with_click), 0) as bigint) as sign_ups_with_click,
    cast(coalesce(sum(p.clicks), 0) as bigint) as clicks,
    (select min(f.first_at) from page_days f
        where f.program_id = $1 and f.mode = $2 and f.host = $3 and f.path = $4 and f.day = (
            select d.day from page_days d
            where d.program_id = $1 and d.mode = $2 and d.host = $3 and d.path = $4 and d.views > 0
            order by d.day limit 1)) as first_at,
    (select max(l.last_at) from page_days l
        where l.program_id = $1 and l.mode = $2 and l.host = $3 and l.path = $4 and l.day = (
            select d.day from page_days d
            where d.program_id = $1 and d.mode = $2 and d.host = $3 and d.path = $4 and d.views > 0
            order by d.day desc limit 1)) as last_at
from page_days p
where p.program_id = $1 and p.mode = $2 and p.host = $3 and p.path = $4 and p.day >= $5 and p.day <= $6
