-- What was asked before this one? The latest questions first.
select id, question, findings, customer_id, partner_id, asked_email, asked_name, asked_customer_key, asked_order, created_at
from investigations
where program_id = $1 and mode = $2 and (cast($3 as text) is null or id < $3)
order by id desc
limit $4
