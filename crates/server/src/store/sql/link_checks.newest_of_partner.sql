-- What was last seen of each link of a partner?
select checks.id, checks.link_id, checks.url, checks.dest, checks.host, checks.path, checks.why, checks.shared_with,
  checks.browser_at, checks.facts, checks.checked_at
from links
join link_checks checks on checks.program_id = links.program_id and checks.mode = links.mode and checks.link_id = links.id
where links.program_id = $1
  and links.mode = $2
  and links.partner_id = $3
  and not exists (
    select 1 from link_checks later
    where later.program_id = checks.program_id
      and later.mode = checks.mode
      and later.link_id = checks.link_id
      and (later.checked_at, later.id) > (checks.checked_at, checks.id)
  )
