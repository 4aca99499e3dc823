-- What stands in each account of the ledger, of one partner or of all?
select account, currency, cast(sum(amount) as bigint) as amount
from balances
where program_id = $1 and mode = $2 and (cast($3 as text) is null or partner_id = $3)
group by account, currency
order by currency, account
