-- Keep a person's word whom a customer belongs to.
insert into attribution_decisions (program_id, mode, customer_id, seq, partner_id, scope, user_id, note, decided_at)
values ($1, $2, $3, (select coalesce(max(seq), 0) + 1 from attribution_decisions
    where program_id = $1 and mode = $2 and customer_id = $3), $4, $5, $6, $7, $8)
