-- How many commissions wait for somebody?
select status, cast(count(*) as bigint) as many
from commissions
where program_id = $1 and mode = $2 and status in ('pending', 'hold') and (cast($3 as text) is null or partner_id = $3)
group by status
