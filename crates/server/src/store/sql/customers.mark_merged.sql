-- Note that a customer turned out to be the same as another.
update customers set merged_into = $4, updated_at = $5 where program_id = $1 and mode = $2 and id = $3
