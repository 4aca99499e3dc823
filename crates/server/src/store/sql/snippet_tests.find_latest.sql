-- Which try of the integration began last?
select id, page, link_id, user_id, started_at
from snippet_tests
where program_id = $1 and mode = $2
order by started_at desc, id desc
limit 1
