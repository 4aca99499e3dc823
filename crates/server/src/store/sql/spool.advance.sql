-- Moves the drained place on, unless somebody else has moved it meanwhile.
update spool_incarnations
set segment = $1, position = $2, updated_at = $3
where incarnation = $4 and segment = $5 and position = $6
