-- Which pages were seen without a click in this time? The latest, out of the latest page views of all.
select incarnation, segment, position, occurred_at, page_host, page_path, params, referrer_host, xid_verdict,
    click_incarnation, click_ms, click_counter, cookie, cookie_domain, local_storage, consent, gpc_at, snippet, problems, browser, engine, device
from (
    select incarnation, segment, position, occurred_at, page_host, page_path, params, referrer_host, xid_verdict,
    click_incarnation, click_ms, click_counter, cookie, cookie_domain, local_storage, consent, gpc_at, snippet, problems, browser, engine, device
    from visits
    where program_id = $1 and mode = $2 and occurred_at >= $3 and occurred_at <= $4
    order by occurred_at desc
    limit $5
) as latest
where click_incarnation is null
order by occurred_at desc
limit $6
