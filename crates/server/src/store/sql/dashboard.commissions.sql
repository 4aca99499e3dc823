-- Which commissions does the program have, of those asked for, with partner and customer? One page, newest first.
select k.id, k.partner_id, k.customer_id, k.kind, k.amount, k.currency, k.description, k.status, k.hold_reason,
    k.decline_reason, k.release_at, k.created_at, k.offer_id,
    p.first_name as partner_first_name, p.last_name as partner_last_name, p.email as partner_email,
    c.name as customer_name, c.email as customer_email, c.customer_key as customer_key
from commissions k
join partners p on p.id = k.partner_id and p.program_id = k.program_id and p.mode = k.mode
left join customers c on c.id = k.customer_id and c.program_id = k.program_id and c.mode = k.mode
where k.program_id = $1 and k.mode = $2
  and (cast($3 as text) is null or k.status = $3)
  and (cast($4 as text) is null or k.partner_id = $4)
  and (cast($5 as text) is null or k.customer_id = $5)
  and (cast($6 as text) is null or k.id = $6)
  and (cast($7 as text) is null or k.id < $7)
order by k.id desc
limit $8
