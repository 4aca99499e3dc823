-- How many sign-ups does nobody but a browser vouch for?
select cast(count(*) as bigint) as many
from customers
where program_id = $1 and mode = $2 and confirmed_at is null and merged_into is null and archived_at is null
