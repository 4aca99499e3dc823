-- What has the customer paid, before refunds?
select currency, cast(sum(amount) as bigint) as amount
from transactions
where program_id = $1 and mode = $2 and customer_id = $3 and removed_at is null and amount > 0
group by currency
order by currency
