-- Takes away the next counters of deliveries to addresses of test mode that were refused.
delete from webhook_attempts
where program_id = $1 and mode = 'test'
  and (hour, provider, endpoint_key, reason, slot) in (
    select hour, provider, endpoint_key, reason, slot from webhook_attempts
    where program_id = $1 and mode = 'test' order by last_at, hour, provider, endpoint_key, reason, slot limit $2
  )
