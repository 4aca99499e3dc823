-- How many clicks does the tenant have, of those asked for?
select count(*)
from clicks
where clicks.program_id = $1
  and clicks.mode = $2
  and (cast($3 as text) is null or clicks.partner_id = $3)
  and (cast($4 as text) is null or clicks.link_id = $4)
  and (cast($5 as text) is null or clicks.outcome = $5)
  and (cast($6 as bigint) is null or clicks.occurred_at >= $6)
  and (cast($7 as bigint) is null or clicks.occurred_at <= $7)
  and (cast($8 as bigint) is null or coalesce(clicks.reclassified_at, clicks.recorded_at) >= $8)
  and (cast($9 as bigint) is null or coalesce(clicks.reclassified_at, clicks.recorded_at) <= $9)
