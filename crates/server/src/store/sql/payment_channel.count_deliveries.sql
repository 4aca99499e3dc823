-- How many good deliveries came in this time? As far as they are counted.
select count(*) from (
    select 1 as delivery
    from webhook_deliveries
    where program_id = $1 and mode = $2 and received_at >= $3 and received_at < $4
    limit $5
) as deliveries
