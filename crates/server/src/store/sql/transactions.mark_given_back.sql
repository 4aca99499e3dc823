-- Note that nothing is left of a payment, or that something is again.
update transactions set given_back_at = $4
where program_id = $1 and mode = $2 and id = $3
  and ((given_back_at is null and cast($4 as bigint) is not null) or (given_back_at is not null and cast($4 as bigint) is null))
