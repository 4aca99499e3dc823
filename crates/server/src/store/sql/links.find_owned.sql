-- Which link of the tenant has this id, and whose is it?
select links.id, links.number, links.link_key, links.partner_id, links.dest, links.title, links.version, links.archived_at,
  links.created_at, links.updated_at, partners.partner_key
from links
join partners on partners.id = links.partner_id
where links.program_id = $1
  and links.mode = $2
  and links.id = $3
