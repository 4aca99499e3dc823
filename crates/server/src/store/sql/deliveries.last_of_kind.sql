-- When did the last delivery of this kind come?
select max(received_at) from webhook_deliveries
where program_id = $1 and mode = $2 and kind = $3
