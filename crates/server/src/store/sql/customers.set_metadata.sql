-- Keep what the company noted about a customer.
update customers set metadata = $4, updated_at = $5 where program_id = $1 and mode = $2 and id = $3
