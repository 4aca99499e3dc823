-- Which links does a partner have? The newest of them.
select id
from links
where program_id = $1 and mode = $2 and partner_id = $3
order by id desc
limit $4
