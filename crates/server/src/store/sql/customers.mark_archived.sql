-- Put a customer away; nothing that was recorded about it is lost.
update customers set archived_at = coalesce(archived_at, $4), updated_at = $4
where program_id = $1 and mode = $2 and id = $3
