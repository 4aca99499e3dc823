-- Where are the next clicks of test mode counted?
select day, link_id, partner_id, outcome, count(*) as clicks
from (
  select day, link_id, partner_id, outcome from clicks
  where program_id = $1 and mode = 'test' order by ms, incarnation, counter limit $2
) as next
group by day, link_id, partner_id, outcome
