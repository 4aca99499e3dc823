-- What did the transfers of the next commissions of test mode move, by partner, currency and account?
select partner_id, currency, account, cast(sum(amount) as bigint) as amount
from (
  select partner_id, currency, credit as account, amount
  from transfers
  where commission_id in (select id from commissions where program_id = $1 and mode = 'test' order by id limit $2)
  union all
  select partner_id, currency, debit as account, -amount as amount
  from transfers
  where commission_id in (select id from commissions where program_id = $1 and mode = 'test' order by id limit $2)
) as moved
group by partner_id, currency, account
order by partner_id, currency, account
