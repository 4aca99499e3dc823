-- When did the last delivery come?
select max(received_at) from webhook_deliveries
where program_id = $1 and mode = $2
