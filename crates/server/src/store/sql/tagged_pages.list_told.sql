-- What did the snippet say of itself in the latest page views?
select page_host, page_template, snippet, problems
from visits
where program_id = $1 and mode = $2 and occurred_at >= $3 and page_template is not null
order by occurred_at desc
limit $4
