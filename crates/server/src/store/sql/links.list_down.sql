-- Which links does the tenant have, of those asked for? One page, newest first.
select links.id, links.number, links.link_key, links.partner_id, links.dest, links.title, links.version, links.archived_at,
  links.created_at, links.updated_at, partners.partner_key
from links
join partners on partners.id = links.partner_id
where links.program_id = $1
  and links.mode = $2
  and (cast($3 as text) is null or links.partner_id = $3)
  and (cast($4 as bigint) = 1 or links.archived_at is null)
  and (cast($5 as text) is null or links.id < $5)
  and (cast($7 as bigint) is null or links.created_at >= $7)
  and (cast($8 as bigint) is null or links.created_at <= $8)
  and (cast($9 as bigint) is null or links.updated_at >= $9)
  and (cast($10 as bigint) is null or links.updated_at <= $10)
order by links.id desc
limit $6
