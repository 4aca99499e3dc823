-- Give a refund to its payment, if nobody knew of which it was.
update refunds set transaction_id = $5
where program_id = $1 and mode = $2 and source = $3 and key = $4 and transaction_id is null
