-- What stands in each account?
select partner_id, account, amount, currency from balances
where program_id = $1 and mode = $2
order by partner_id, currency, account
