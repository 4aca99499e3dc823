-- How many customers of partners signed up in each half hour since $3? (Half hours make up days in every time zone.)
select (signed_up_at - $3) / 1800000000 as slice, cast(count(*) as bigint) as many
from customers
where program_id = $1 and mode = $2 and signed_up_at >= $3 and signed_up_at < $4
  and partner_id is not null and merged_into is null and archived_at is null
group by 1
