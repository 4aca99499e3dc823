-- Takes away the next pairs of names of payments of test mode.
delete from reference_links
where program_id = $1 and mode = 'test'
  and (source, reference, other) in (
    select source, reference, other from reference_links
    where program_id = $1 and mode = 'test' order by source, reference, other limit $2
  )
