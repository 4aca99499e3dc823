-- Takes away the sign-ups of the next customers of test mode.
delete from claims
where program_id = $1 and mode = 'test'
  and customer_id in (select id from customers where program_id = $1 and mode = 'test' order by id limit $2)
