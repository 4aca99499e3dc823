-- Which of these clicks were not there yet? They are now.
insert into clicks (
    incarnation, ms, counter, program_id, mode, link_id, partner_id, xid, outcome, reclassified_at, occurred_at,
    recorded_at, day, dest, earlier_xids, sub_ids, params, referrer_host, device, browser, engine, in_app, country,
    gpc_at, user_agent, ip_prefix
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
on conflict (incarnation, ms, counter) do nothing
returning incarnation, ms, counter
