-- Takes away the names of the next customers of test mode.
delete from customer_identities
where program_id = $1 and mode = 'test'
  and customer_id in (select id from customers where program_id = $1 and mode = 'test' order by id limit $2)
