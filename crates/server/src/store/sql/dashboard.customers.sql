-- Which customers does the program have, of those asked for, with their partners? One page, newest first.
select c.id, c.customer_key, c.email, c.name, c.confirmed_at, c.source, c.signed_up_at, c.partner_id,
    cast(case when c.provider_key is null and c.source in ('api', 'manual') then 1 else 0 end as bigint) as lacks_provider_key,
    p.first_name as partner_first_name, p.last_name as partner_last_name, p.email as partner_email
from customers c
left join partners p on p.id = c.partner_id and p.program_id = c.program_id and p.mode = c.mode
where c.program_id = $1 and c.mode = $2 and c.merged_into is null and c.archived_at is null
  and (cast($3 as text) is null or c.partner_id = $3)
  and (cast($4 as text) is null or lower(c.name) like $4 escape '!' or lower(c.email) like $4 escape '!'
    or lower(c.customer_key) like $4 escape '!')
  and (cast($5 as text) is null
    or (cast($5 as text) = 'confirmed' and c.confirmed_at is not null)
    or (cast($5 as text) = 'unconfirmed' and c.confirmed_at is null)
    or (cast($5 as text) = 'paid' and exists (select 1 from transactions t
      where t.program_id = c.program_id and t.mode = c.mode and t.customer_id = c.id and t.removed_at is null and t.amount > 0)))
  and (cast($6 as text) is null or c.id < $6)
order by c.id desc
limit $7
