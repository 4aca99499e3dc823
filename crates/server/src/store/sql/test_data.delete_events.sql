-- Takes away the next events of test mode.
delete from events
where program_id = $1 and mode = 'test'
  and id in (select id from events where program_id = $1 and mode = 'test' order by id limit $2)
