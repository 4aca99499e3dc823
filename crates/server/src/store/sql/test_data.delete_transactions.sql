-- Takes away the next payments of test mode.
delete from transactions
where program_id = $1 and mode = 'test'
  and id in (select id from transactions where program_id = $1 and mode = 'test' order by id limit $2)
