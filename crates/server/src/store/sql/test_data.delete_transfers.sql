-- Takes away the transfers of the next commissions of test mode.
delete from transfers
where program_id = $1 and mode = 'test'
  and commission_id in (select id from commissions where program_id = $1 and mode = 'test' order by id limit $2)
