-- What did people decide about this customer?
select seq, partner_id, scope, decided_at from attribution_decisions
where program_id = $1 and mode = $2 and customer_id = $3
order by seq
