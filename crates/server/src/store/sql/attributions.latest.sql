-- Whom does this customer belong to, as last decided?
select seq, decision, decided_at
from attributions where program_id = $1 and mode = $2 and customer_id = $3
order by seq desc limit 1
