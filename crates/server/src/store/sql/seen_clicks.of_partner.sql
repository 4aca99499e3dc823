-- Which clicks on a partner's links were made in this time? The latest of them.
select incarnation, ms, counter, xid, link_id, partner_id, outcome, dest, earlier_xids, referrer_host, device, browser,
    engine, in_app, gpc_at
from clicks
where program_id = $1
  and mode = $2
  and partner_id = $5
  and ms >= $3
  and ms <= $4
order by ms desc, incarnation desc, counter desc
limit $6
