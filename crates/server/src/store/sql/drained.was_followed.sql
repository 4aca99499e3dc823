-- Did a real landing or a confirmed sign-up follow this click, so that a person was there after all?
select 1 as followed
from visits
where click_incarnation = $1 and click_ms = $2 and click_counter = $3 and program_id = $4 and mode = $5
union all
select 1 as followed
from touches
join claims on claims.id = touches.claim_id
where touches.incarnation = $1 and touches.ms = $2 and touches.counter = $3
    and touches.program_id = $4 and touches.mode = $5
    and claims.confirmed_at is not null
limit 1
