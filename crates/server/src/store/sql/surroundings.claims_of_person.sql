-- When did somebody of this e-mail address or key sign up, and by which word? The latest words.
select id, occurred_at
from claims
where program_id = $1 and mode = $2 and (email = $3 or customer_key = $4)
order by occurred_at desc
limit $5
