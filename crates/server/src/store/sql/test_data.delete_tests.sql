-- Takes away the next tries of the integration.
delete from snippet_tests
where program_id = $1 and mode = 'test'
  and id in (select id from snippet_tests where program_id = $1 and mode = 'test' order by started_at, id limit $2)
