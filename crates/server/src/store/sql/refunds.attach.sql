-- Give refunds that waited for their payment to it.
update refunds set transaction_id = $5
where program_id = $1 and mode = $2 and source = $3 and reference = $4 and transaction_id is null
