-- Move an account's running sum.
insert into balances (program_id, mode, partner_id, currency, account, amount)
values ($1, $2, $3, $4, $5, $6)
on conflict (program_id, mode, partner_id, currency, account) do update set amount = balances.amount + excluded.amount
