-- Which links does the tenant have, of those asked for? One page, oldest first.
select id, number, link_key, partner_id, dest, title, version, archived_at, created_at, updated_at
from links
where program_id = $1
  and mode = $2
  and (cast($3 as text) is null or partner_id = $3)
  and (cast($4 as bigint) = 1 or archived_at is null)
  and (cast($5 as text) is null or id > $5)
  and (cast($7 as bigint) is null or created_at >= $7)
  and (cast($8 as bigint) is null or created_at <= $8)
  and (cast($9 as bigint) is null or updated_at >= $9)
  and (cast($10 as bigint) is null or updated_at <= $10)
order by id asc
limit $6
