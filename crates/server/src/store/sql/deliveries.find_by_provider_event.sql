-- Which event of ours tells of the provider's event with this id?
select event_id from webhook_deliveries
where program_id = $1 and mode = $2 and provider = $3 and provider_event_id = $4
