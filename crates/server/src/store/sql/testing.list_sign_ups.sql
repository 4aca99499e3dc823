-- Which sign-ups arrived since that event, whose are the customers, and what came of them? Newest first.
select events.created_at, events.source, customers.id, customers.name, customers.email, customers.customer_key,
  partners.partner_key, claims.page_host, claims.page_path, claims.problems,
  (select count(*) from transactions
    where transactions.program_id = customers.program_id and transactions.mode = customers.mode
      and transactions.customer_id = customers.id and transactions.removed_at is null) as sales,
  (select count(*) from commissions
    where commissions.program_id = customers.program_id and commissions.mode = customers.mode
      and commissions.customer_id = customers.id) as commissions
from events
join customers on customers.id = events.subject_id
left join claims
  on claims.program_id = events.program_id and claims.mode = events.mode and claims.customer_id = events.subject_id
  and claims.event_id = events.id
left join partners on partners.id = customers.partner_id
where events.program_id = $1
  and events.mode = $2
  and events.id >= $3
  and events.subject_kind = 'customer'
  and events.kind in ('signup', 'customer', 'conversion')
order by events.id desc
limit $4
