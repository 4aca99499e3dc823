-- Which question has this id, and what was answered?
select id, question, findings, customer_id, partner_id, asked_email, asked_name, asked_customer_key, asked_order, created_at
from investigations
where program_id = $1 and mode = $2 and id = $3
