-- Takes away the decisions whose the next customers of test mode are.
delete from attributions
where program_id = $1 and mode = 'test'
  and customer_id in (select id from customers where program_id = $1 and mode = 'test' order by id limit $2)
