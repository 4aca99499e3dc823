-- Which pages were seen with the click's id? Some of them.
select incarnation, segment, position, occurred_at, page_host, page_path, params, referrer_host, xid_verdict,
    click_incarnation, click_ms, click_counter, cookie, cookie_domain, local_storage, consent, gpc_at, snippet, problems, browser, engine, device
from visits
where click_incarnation = $1 and click_ms = $2 and click_counter = $3 and program_id = $4 and mode = $5
limit $6
