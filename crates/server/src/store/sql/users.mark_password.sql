-- Gives the user another password.
update users
set password_hash = $2
where id = $1
