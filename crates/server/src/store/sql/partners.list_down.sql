-- Which partners does the tenant have, of those asked for? One page, newest first.
select id, partner_key, email, first_name, last_name, group_id, status, version, joined_at, created_at, updated_at
from partners
where program_id = $1
  and mode = $2
  and (cast($3 as text) is null or group_id = $3)
  and (cast($4 as text) is null or status = $4)
  and (cast($5 as bigint) = 1 or status <> 'archived')
  and (
    cast($6 as text) is null
    or partner_key = cast($7 as text)
    or partner_key = cast($8 as text)
    or lower(partner_key) like $6 escape '!'
    or email like $6 escape '!'
    or lower(first_name || ' ' || last_name) like $6 escape '!'
  )
  and (cast($9 as text) is null or id < $9)
  and (cast($11 as bigint) is null or created_at >= $11)
  and (cast($12 as bigint) is null or created_at <= $12)
  and (cast($13 as bigint) is null or updated_at >= $13)
  and (cast($14 as bigint) is null or updated_at <= $14)
order by id desc
limit $10
