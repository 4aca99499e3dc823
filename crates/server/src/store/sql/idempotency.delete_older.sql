-- Forgets answers that nobody asks for any more. Asked by the node itself, for every program.
delete from idempotency_keys
where created_at < $1
