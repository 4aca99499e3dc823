-- Takes away the next investigations of test mode.
delete from investigations
where program_id = $1 and mode = 'test'
  and id in (select id from investigations where program_id = $1 and mode = 'test' order by id limit $2)
