-- Takes away the next clicks of test mode.
delete from clicks
where program_id = $1 and mode = 'test'
  and (incarnation, ms, counter) in (
    select incarnation, ms, counter from clicks
    where program_id = $1 and mode = 'test' order by ms, incarnation, counter limit $2
  )
