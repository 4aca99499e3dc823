-- Which deliveries of this time told of a payment and named nobody? The latest of them.
select event_id, provider_at, cause
from webhook_deliveries
where program_id = $1 and mode = $2 and received_at >= $3 and received_at <= $4 and outcome = 'unmatched'
order by received_at desc
limit $5
