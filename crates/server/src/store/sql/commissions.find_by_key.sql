-- Which commission has this key?
select id, partner_id, customer_id, transaction_id, trigger_kind, source_key, offer_id, offer_version, kind, seq, key, amount, currency, description,
    status, hold_reason, decline_reason, release_at, occurred_at, created_at, updated_at
from commissions where program_id = $1 and mode = $2 and key = $3
