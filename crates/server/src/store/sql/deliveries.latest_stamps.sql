-- When were the latest deliveries signed and received, and were they made in live or in test mode?
select received_at, signed_at, environment from webhook_deliveries
where program_id = $1 and mode = $2 and received_at >= $3
order by received_at desc
limit $4
