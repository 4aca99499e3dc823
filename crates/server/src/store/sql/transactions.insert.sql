-- Keep a payment, unless its key is taken.
insert into transactions (id, program_id, mode, source, key, customer_id, matched_by, customer_key, email, provider_key,
    amount, currency, product_key, category_key, metadata, input_hash, event_id, occurred_at, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
on conflict (program_id, mode, source, key) do nothing
