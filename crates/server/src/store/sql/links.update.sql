-- Stores a link as it is now.
update links
set link_key = $4, folded = $5, partner_id = $6, dest = $7, title = $8, version = $9, archived_at = $10, updated_at = $11
where program_id = $1
  and mode = $2
  and id = $3
