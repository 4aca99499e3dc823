-- Notes that the session's user was here.
update sessions
set seen_at = $2, expires_at = $3
where token_hash = $1
