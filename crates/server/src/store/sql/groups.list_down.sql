-- Which groups does the program have? One page, newest first.
select id, slug, name, default_at, archived_at, created_at, updated_at
from groups
where program_id = $1
  and (cast($2 as text) is null or id < $2)
  and (cast($4 as bigint) is null or created_at >= $4)
  and (cast($5 as bigint) is null or created_at <= $5)
  and (cast($6 as bigint) is null or updated_at >= $6)
  and (cast($7 as bigint) is null or updated_at <= $7)
order by id desc
limit $3
