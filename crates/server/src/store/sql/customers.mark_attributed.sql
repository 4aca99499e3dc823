-- Note for the lists whom the last decision gave the customer to.
update customers set partner_id = $4, source = $5, reason = $6, updated_at = $7
where program_id = $1 and mode = $2 and id = $3
