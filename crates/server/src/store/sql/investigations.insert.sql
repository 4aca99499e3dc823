-- Keep a question and its answer.
insert into investigations (id, program_id, mode, question, findings, customer_id, partner_id, asked_email, asked_name,
    asked_customer_key, asked_order, actor_kind, actor_id, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
