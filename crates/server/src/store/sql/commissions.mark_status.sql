-- Note where a commission stands; its amount never changes.
update commissions set status = $5, hold_reason = $6, decline_reason = coalesce($7, decline_reason), updated_at = $8
where program_id = $1 and mode = $2 and id = $3 and status = $4
