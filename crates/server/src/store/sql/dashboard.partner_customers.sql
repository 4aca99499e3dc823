-- How many customers does the partner have?
select cast(count(*) as bigint) as many
from customers
where program_id = $1 and mode = $2 and partner_id = $3 and merged_into is null and archived_at is null
