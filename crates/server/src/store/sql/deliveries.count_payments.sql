-- How many payments came by deliveries in this time?
select count(*) from webhook_deliveries
where program_id = $1 and mode = $2 and received_at >= $3 and received_at < $4
  and cause in ('payment_recorded', 'customer_unknown', 'payment_known', 'payment_known_otherwise', 'names_nobody')
