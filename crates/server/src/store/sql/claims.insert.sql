-- Keep somebody's word that a customer signed up. The folded name stands there only if the customer's own row lacks it.
insert into claims (id, program_id, mode, customer_id, source, customer_key, email, name, provider_key,
    partner_id, partner_key, xid, xid_verdict, xid_source, page_host, page_path, snippet, problems, trust, browser, engine,
    device, consent, day, page_template, event_id, confirmed_at, occurred_at, recorded_at, name_forward)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
    $25, $26, $27, $28, $29, (
        select cast($30 as text) from customers c
        where c.id = $4 and c.program_id = $2 and c.mode = $3 and (c.name_forward is null or c.name_forward <> $30)
    ))
