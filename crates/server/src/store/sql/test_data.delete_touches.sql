-- Takes away the clicks that the next customers of test mode presented.
delete from touches
where program_id = $1 and mode = 'test'
  and claim_id in (
    select claims.id from claims
    where claims.program_id = $1 and claims.mode = 'test'
      and claims.customer_id in (select id from customers where program_id = $1 and mode = 'test' order by id limit $2)
  )
