-- Which links that lead somewhere were not looked at since a moment, as they lead now? Of every program: work of the
-- server's own.
select links.program_id, links.mode, links.id, links.dest, (
    select max(checks.checked_at) from link_checks checks
    where checks.program_id = links.program_id and checks.mode = links.mode and checks.link_id = links.id
      and checks.dest = links.dest
  ) as last_at
from links
join partners on partners.id = links.partner_id
where links.archived_at is null
  and partners.status = 'active'
  and links.id > $2
  and not exists (
    select 1 from link_checks checks
    where checks.program_id = links.program_id and checks.mode = links.mode and checks.link_id = links.id
      and checks.dest = links.dest and checks.checked_at > $1
  )
order by links.id
limit $3
