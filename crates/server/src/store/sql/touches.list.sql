-- Which clicks are candidates for this customer, were they found to be a person's after all, and how many customers came
-- with each?
select t.claim_id, t.incarnation, t.ms, t.counter, t.xid, t.partner_id, t.outcome, t.came_by, k.reclassified_at,
    (select count(distinct other.customer_id) from touches shared join claims other on other.id = shared.claim_id
        where shared.program_id = t.program_id and shared.mode = t.mode
            and shared.incarnation = t.incarnation and shared.ms = t.ms and shared.counter = t.counter) as customers
from touches t
join claims c on c.id = t.claim_id and c.program_id = t.program_id and c.mode = t.mode
left join clicks k on k.incarnation = t.incarnation and k.ms = t.ms and k.counter = t.counter
where t.program_id = $1 and t.mode = $2 and c.customer_id = $3
order by t.ms, t.incarnation, t.counter, t.claim_id
