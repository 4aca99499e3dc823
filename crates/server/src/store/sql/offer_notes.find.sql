-- Why did each offer apply to this payment, or not?
select notes from offer_notes where program_id = $1 and mode = $2 and transaction_id = $3
