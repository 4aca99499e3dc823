-- What did the provider say of its latest checkouts in this time?
select body
from webhook_deliveries
where program_id = $1 and mode = $2 and received_at >= $3 and received_at <= $4 and kind = 'checkout.session.completed'
order by received_at desc
limit $5
