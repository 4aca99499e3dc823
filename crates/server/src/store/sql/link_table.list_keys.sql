-- Which public keys speak for the program?
select public_key, mode
from key_pairs
where program_id = $1 and revoked_at is null
order by public_key
