-- When did the last good delivery of a payment provider come?
select received_at
from webhook_deliveries
where program_id = $1 and mode = $2
order by received_at desc
limit 1
