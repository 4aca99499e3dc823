-- Which customers have commissions whose waiting time has passed by now?
select distinct program_id, mode, customer_id from commissions
where status = 'hold' and hold_reason = 'hold_period' and release_at <= $1 and customer_id is not null
limit $2
