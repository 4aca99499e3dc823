-- Post one movement of money.
insert into transfers (id, program_id, mode, partner_id, commission_id, seq, debit, credit, amount, currency, why, occurred_at, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
