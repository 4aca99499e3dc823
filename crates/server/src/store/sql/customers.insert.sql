-- Keep a new customer.
insert into customers (id, program_id, mode, customer_key, email, name, provider_key, confirmed_at, source, reason,
    metadata, signed_up_at, created_at, updated_at, name_forward, name_backward, name_sound, folded_key)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14, $15, $16, $17)
