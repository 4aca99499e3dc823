-- Takes away the next customers of test mode, of whom nothing else is left.
delete from customers
where program_id = $1 and mode = 'test'
  and id in (select id from customers where program_id = $1 and mode = 'test' order by id limit $2)
