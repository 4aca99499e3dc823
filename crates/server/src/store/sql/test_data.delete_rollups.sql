-- Takes away the next daily counts of test mode whose clicks are gone: those of all slots at once, since only together
-- are they nothing.
delete from click_rollups
where program_id = $1 and mode = 'test'
  and (day, partner_id, link_id, outcome) in (
    select day, partner_id, link_id, outcome from click_rollups
    where program_id = $1 and mode = 'test'
    group by day, partner_id, link_id, outcome
    having sum(clicks) = 0
    order by day, partner_id, link_id, outcome
    limit $2
  )
