-- Keep a refund, or what is now known about one: the provider's later word stands, and of two in the same second the one
-- that ends the matter. What remains equal is told apart by its text, so that the order of arrival never decides.
insert into refunds (id, program_id, mode, source, key, kind, transaction_id, reference, amount, currency, status, event_id,
    provider_at, occurred_at, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
on conflict (program_id, mode, source, key) do update
set status = excluded.status, amount = excluded.amount, provider_at = excluded.provider_at
where (excluded.provider_at,
        case excluded.status when 'failed' then 3 when 'canceled' then 3 when 'succeeded' then 2 else 1 end,
        excluded.status, excluded.amount)
    > (refunds.provider_at,
        case refunds.status when 'failed' then 3 when 'canceled' then 3 when 'succeeded' then 2 else 1 end,
        refunds.status, refunds.amount)
