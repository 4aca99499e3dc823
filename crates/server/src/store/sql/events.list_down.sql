-- What arrived for the tenant, of what is asked for? One page, newest first. Events never change, so they were last changed
-- when they arrived.
select id, kind, outcome, cause, source, subject_kind, subject_id, delivery_key, replay_of, created_at
from events
where program_id = $1
  and mode = $2
  and (cast($3 as text) is null or kind = $3)
  and (cast($4 as text) is null or outcome = $4)
  and (cast($5 as text) is null or source = $5)
  and (cast($6 as text) is null or cause = $6)
  and (cast($7 as text) is null or id < $7)
  and (cast($9 as bigint) is null or created_at >= $9)
  and (cast($10 as bigint) is null or created_at <= $10)
  and (cast($11 as bigint) is null or created_at >= $11)
  and (cast($12 as bigint) is null or created_at <= $12)
order by id desc
limit $8
