-- Which click has this key?
select incarnation, ms, counter, xid, link_id, partner_id, outcome, dest, earlier_xids, referrer_host, device, browser,
    engine, in_app, gpc_at
from clicks
where incarnation = $1 and ms = $2 and counter = $3 and program_id = $4 and mode = $5
