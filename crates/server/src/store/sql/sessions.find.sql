-- Who is signed in with this token, now?
select token_hash, user_id, csrf_token, user_agent, created_at, seen_at, expires_at
from sessions
where token_hash = $1
  and expires_at > $2
