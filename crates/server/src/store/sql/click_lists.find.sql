-- Which click of the tenant has this key?
select clicks.xid, links.link_key, partners.partner_key, clicks.outcome, clicks.occurred_at, clicks.reclassified_at, clicks.dest,
  clicks.earlier_xids, clicks.sub_ids, clicks.referrer_host, clicks.device, clicks.browser, clicks.country
from clicks
join links on links.id = clicks.link_id
join partners on partners.id = clicks.partner_id
where clicks.program_id = $1
  and clicks.mode = $2
  and clicks.ms = $3
  and clicks.incarnation = $4
  and clicks.counter = $5
