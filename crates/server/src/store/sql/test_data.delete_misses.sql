-- Takes away the next requests to links of test mode that lead nowhere.
delete from link_misses
where program_id = $1 and mode = 'test'
  and (incarnation, segment, position) in (
    select incarnation, segment, position from link_misses
    where program_id = $1 and mode = 'test' order by occurred_at, incarnation, segment, position limit $2
  )
