-- Which clicks were made in this time? The latest of them, and whether other customers came with them.
select incarnation, ms, counter, xid, link_id, partner_id, outcome, dest, earlier_xids, referrer_host, device, browser,
    engine, in_app, gpc_at,
    cast(case when exists (
        select 1 from touches t
        join claims k on k.id = t.claim_id and k.program_id = t.program_id and k.mode = t.mode
        where t.incarnation = clicks.incarnation and t.ms = clicks.ms and t.counter = clicks.counter
          and t.program_id = clicks.program_id and t.mode = clicks.mode
          and (cast($6 as text) is null or k.customer_id <> $6)
    ) then 1 else 0 end as bigint) as brought
from clicks
where program_id = $1
  and mode = $2
  and ms >= $3
  and ms <= $4
order by ms desc, incarnation desc, counter desc
limit $5
