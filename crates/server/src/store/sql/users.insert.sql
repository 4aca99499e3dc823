-- Stores a new user, unless the e-mail is taken.
insert into users (id, email, name, password_hash, created_at)
values ($1, $2, $3, $4, $5)
on conflict do nothing
