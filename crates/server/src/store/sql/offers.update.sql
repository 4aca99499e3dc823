-- Says which version of an offer is its latest.
update offers
set version = $4, archived_at = $5, updated_at = $6
where program_id = $1
  and mode = $2
  and id = $3
