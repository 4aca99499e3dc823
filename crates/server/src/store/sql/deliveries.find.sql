-- Which delivery does this event tell of?
select d.provider, d.provider_event_id, d.event_id, d.last_event_id, d.endpoint_key, d.kind, d.provider_at, d.signed_at,
    d.environment, d.received_at, d.deliveries, d.replays, d.replayed_at, d.erased_at, d.outcome, d.cause,
    t.id as transaction_id, t.key as transaction_key, t.amount, t.currency, c.id as customer_id, c.name as customer_name,
    c.email as customer_email, c.customer_key
from webhook_deliveries d
left join events e on e.id = coalesce(d.last_event_id, d.event_id) and e.program_id = d.program_id and e.mode = d.mode
left join transactions t on e.subject_kind = 'transaction' and t.id = e.subject_id and t.program_id = d.program_id
    and t.mode = d.mode
left join customers c on c.id = coalesce(t.customer_id, case when e.subject_kind = 'customer' then e.subject_id end)
    and c.program_id = d.program_id and c.mode = d.mode
where d.program_id = $1 and d.mode = $2
  and d.event_id = coalesce((select f.replay_of from events f where f.id = $3 and f.program_id = $1 and f.mode = $2), $3)
