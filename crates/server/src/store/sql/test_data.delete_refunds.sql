-- Takes away the next refunds of test mode.
delete from refunds
where program_id = $1 and mode = 'test'
  and id in (select id from refunds where program_id = $1 and mode = 'test' order by transaction_id, id limit $2)
