-- Signs a user out.
delete from sessions
where token_hash = $1
