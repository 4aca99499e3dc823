-- Takes away the next version rows of test mode.
delete from identity_versions
where program_id = $1 and mode = 'test'
  and identity in (
    select identity from identity_versions where program_id = $1 and mode = 'test' order by identity limit $2
  )
