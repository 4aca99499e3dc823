-- What did the latest deliveries of this kind say?
select body from webhook_deliveries
where program_id = $1 and mode = $2 and kind = $3 and erased_at is null
order by received_at desc
limit $4
