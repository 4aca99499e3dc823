-- Keep a decision whom a customer belongs to.
insert into attributions (program_id, mode, customer_id, seq, partner_id, xid, source, reason, hold, policy_version,
    decision, decided_at, settled_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
