-- Keep a verified delivery whole; of one that came before, count that it came again.
insert into webhook_deliveries (program_id, mode, provider, provider_event_id, event_id, endpoint_key, kind, body, provider_at,
    received_at, signed_at, environment, deliveries)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)
on conflict (program_id, mode, provider, provider_event_id) do update set deliveries = webhook_deliveries.deliveries + 1
returning event_id, deliveries, processed_at
