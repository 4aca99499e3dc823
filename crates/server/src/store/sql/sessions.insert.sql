-- Signs a user in.
insert into sessions (token_hash, user_id, csrf_token, user_agent, created_at, seen_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7)
