-- Stores a new address for a provider's deliveries.
insert into webhook_endpoints (endpoint_key, program_id, mode, provider, secret, created_at)
values ($1, $2, $3, $4, $5, $6)
