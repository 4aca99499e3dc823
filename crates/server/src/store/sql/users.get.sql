-- Which user has this id? Users belong to no program; members says which programs they act for.
select id, email, name, password_hash, created_at
from users
where id = $1
