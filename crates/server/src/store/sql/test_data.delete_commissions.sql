-- Takes away the next commissions of test mode, whose transfers are gone.
delete from commissions
where program_id = $1 and mode = 'test'
  and id in (select id from commissions where program_id = $1 and mode = 'test' order by id limit $2)
