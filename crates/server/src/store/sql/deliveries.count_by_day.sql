-- How many deliveries came on each day of this time?
select received_at / 86400000000 as day, count(*) as deliveries
from webhook_deliveries
where program_id = $1 and mode = $2 and received_at >= $3 and received_at < $4
group by received_at / 86400000000
order by day
