-- Which payments came in this time that name nobody, or somebody of whom nobody had told before? The latest first.
select d.event_id, d.provider_event_id, d.kind, d.received_at, t.id as transaction_id, c.id as customer_id, t.customer_key,
    t.provider_key, t.email
from webhook_deliveries d
join events e on e.id = coalesce(d.last_event_id, d.event_id) and e.program_id = d.program_id and e.mode = d.mode
left join transactions t on e.subject_kind = 'transaction' and t.id = e.subject_id and t.program_id = d.program_id
    and t.mode = d.mode
left join customers c on c.id = t.customer_id and c.program_id = d.program_id and c.mode = d.mode
where d.program_id = $1 and d.mode = $2 and d.received_at >= $3 and d.received_at < $4
  and (d.cause = 'names_nobody'
    or (d.cause = 'customer_unknown' and c.partner_id is null
      and not exists (select 1 from claims k where k.program_id = $1 and k.mode = $2 and k.customer_id = c.id)))
order by d.received_at desc, d.event_id desc
limit $5
