-- Keep somebody's word that a customer signed up.
insert into claims (id, program_id, mode, customer_id, source, customer_key, email, name, provider_key,
    partner_id, partner_key, xid, xid_verdict, xid_source, page_host, page_path, snippet, problems, trust, browser, engine,
    event_id, confirmed_at, occurred_at, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
    $25)
