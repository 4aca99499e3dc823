-- Takes away the next answers kept for requests that test keys made.
delete from idempotency_keys
where program_id = $1 and mode = 'test'
  and (key_pair_id, route, key) in (
    select key_pair_id, route, key from idempotency_keys
    where program_id = $1 and mode = 'test'
      and key_pair_id in (select id from key_pairs where program_id = $1 and mode = 'test')
    order by key_pair_id, route, key limit $2
  )
