-- Clears away what has expired.
delete from sessions
where expires_at <= $1
