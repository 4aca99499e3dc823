-- Stores a partner as it is now.
update partners
set email = $4, first_name = $5, last_name = $6, group_id = $7, status = $8, version = $9, updated_at = $10
where program_id = $1
  and mode = $2
  and id = $3
