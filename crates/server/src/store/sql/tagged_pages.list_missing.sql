-- At which pages did the latest look find no tag? The latest look first.
select host, path, max(checked_at) as checked_at
from link_checks
where program_id = $1 and mode = $2 and checked_at >= $3 and tag = 'missing'
  and not exists (
    select 1 from link_checks as later
    where later.program_id = link_checks.program_id and later.mode = link_checks.mode
      and later.host = link_checks.host and later.path = link_checks.path
      and later.checked_at > link_checks.checked_at
  )
group by host, path
order by max(checked_at) desc, host, path
limit $4
