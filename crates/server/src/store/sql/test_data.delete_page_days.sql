-- Takes away the next daily counts of pages of test mode.
delete from page_days
where program_id = $1 and mode = 'test'
  and (host, path, day, slot) in (
    select host, path, day, slot from page_days
    where program_id = $1 and mode = 'test' order by host, path, day, slot limit $2
  )
