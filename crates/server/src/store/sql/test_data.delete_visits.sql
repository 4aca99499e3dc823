-- Takes away the next page views of test mode.
delete from visits
where program_id = $1 and mode = 'test'
  and (incarnation, segment, position) in (
    select incarnation, segment, position from visits
    where program_id = $1 and mode = 'test' order by occurred_at, incarnation, segment, position limit $2
  )
