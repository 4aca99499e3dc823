-- On which pages did people sign up before this moment? The latest sign-ups.
select page_host, page_template
from claims
where program_id = $1 and mode = $2 and occurred_at <= $3
order by occurred_at desc
limit $4
