-- What exactly did the provider send?
select body from webhook_deliveries
where program_id = $1 and mode = $2 and event_id = $3 and erased_at is null
