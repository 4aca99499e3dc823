-- Signs a user out everywhere.
delete from sessions
where user_id = $1
