-- Which page views has the snippet told the tenant of since then? Newest first.
select occurred_at, page_host, page_path, xid_verdict, partner_key, cookie, cookie_domain, local_storage, consent, snippet,
  problems, browser
from visits
where program_id = $1 and mode = $2 and occurred_at >= $3
order by occurred_at desc
limit $4
