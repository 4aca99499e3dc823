-- Takes away the next deliveries of payment providers in test mode.
delete from webhook_deliveries
where program_id = $1 and mode = 'test'
  and (provider, provider_event_id) in (
    select provider, provider_event_id from webhook_deliveries
    where program_id = $1 and mode = 'test' order by provider, provider_event_id limit $2
  )
