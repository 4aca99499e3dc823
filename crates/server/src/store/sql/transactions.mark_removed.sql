-- Note that the company took a payment back.
update transactions set removed_at = coalesce(removed_at, $4) where program_id = $1 and mode = $2 and id = $3
