-- Which clicks did links have, of those asked for? One page, newest first.
select k.incarnation, k.ms, k.counter, k.xid, k.outcome, k.reclassified_at, k.occurred_at, k.device, k.browser, k.partner_id,
    l.link_key, p.first_name as partner_first_name, p.last_name as partner_last_name, p.email as partner_email
from clicks k
left join links l on l.id = k.link_id and l.program_id = k.program_id
left join partners p on p.id = k.partner_id and p.program_id = k.program_id and p.mode = k.mode
where k.program_id = $1 and k.mode = $2
  and (cast($3 as text) is null or k.partner_id = $3)
  and (cast($4 as text) is null or k.outcome = $4)
  and (k.ms < $5 or (k.ms = $5 and (k.incarnation < $6 or (k.incarnation = $6 and k.counter < $7))))
order by k.ms desc, k.incarnation desc, k.counter desc
limit $8
