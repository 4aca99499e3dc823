-- Keep an amount that a partner earned, unless this very entry was posted already.
insert into commissions (id, program_id, mode, partner_id, customer_id, transaction_id, trigger_kind, source_key, offer_id,
    offer_version, kind, seq, key, amount, currency, description, status, hold_reason, decline_reason, release_at,
    attribution_seq, occurred_at, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, null, $19, $20, $21, $22, $22)
on conflict (program_id, mode, key) do nothing
