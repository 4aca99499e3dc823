-- Which links does the program have, in both modes, and whose are they?
select links.number, links.id, links.mode, links.folded, links.partner_id, partners.partner_key,
    partners.status as partner_status, links.dest, links.archived_at
from links
join partners on partners.id = links.partner_id
where links.program_id = $1
order by links.number
