-- Note that a delivery was read again, and what became of it then.
update webhook_deliveries
set replayed_at = $7, replays = replays + 1, last_event_id = $4, outcome = $5, cause = $6
where program_id = $1 and mode = $2 and event_id = $3
