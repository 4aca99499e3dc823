-- Note what became of a delivery.
update webhook_deliveries set processed_at = $5, outcome = $6, cause = $7
where program_id = $1 and mode = $2 and provider = $3 and provider_event_id = $4
