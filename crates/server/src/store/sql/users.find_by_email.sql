-- Who signs in with this e-mail?
select id, email, name, password_hash, created_at
from users
where email = $1
