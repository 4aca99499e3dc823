-- What was given back on this customer's payments?
select r.key, r.kind, r.transaction_id, r.amount, r.currency, r.status, r.provider_at, r.occurred_at
from refunds r
join transactions t on t.id = r.transaction_id and t.program_id = r.program_id and t.mode = r.mode
where r.program_id = $1 and r.mode = $2 and t.customer_id = $3
order by r.provider_at, r.key
