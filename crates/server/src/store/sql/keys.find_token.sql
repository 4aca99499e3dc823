-- For whom does this server-to-server token speak?
select program_id, mode
from s2s_tokens
where token_hash = $1
  and revoked_at is null
