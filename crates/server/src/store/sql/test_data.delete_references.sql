-- Takes away the next names of payments of test mode.
delete from transaction_references
where program_id = $1 and mode = 'test'
  and (source, reference) in (
    select source, reference from transaction_references
    where program_id = $1 and mode = 'test' order by source, reference limit $2
  )
