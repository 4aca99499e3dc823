-- Takes away what offers had to say to the next payments of test mode.
delete from offer_notes
where program_id = $1 and mode = 'test'
  and transaction_id in (select id from transactions where program_id = $1 and mode = 'test' order by id limit $2)
