-- Which of these page views were not there yet? They are now.
insert into visits (
    incarnation, segment, position, program_id, mode, occurred_at, recorded_at, page_host, page_path, params,
    referrer_host, origin_host, xid, xid_verdict, click_incarnation, click_ms, click_counter, partner_key, cookie,
    local_storage, consent, gpc_at, snippet, problems, browser, engine, user_agent, ip_prefix,
    device, day, page_template, cookie_domain
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)
on conflict (incarnation, segment, position) do nothing
returning incarnation, segment, position
