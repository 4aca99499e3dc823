-- Who said what about this customer?
select id, customer_id, source, customer_key, email, name, provider_key, partner_id, partner_key, xid, xid_verdict, xid_source,
    page_host, page_path, snippet, problems, trust, browser, engine, device, consent, day, page_template, event_id, confirmed_at, occurred_at, recorded_at
from claims where program_id = $1 and mode = $2 and customer_id = $3
order by occurred_at, id
