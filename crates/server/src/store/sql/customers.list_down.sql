-- Which customers does the program have? One page, newest first.
select c.id, c.customer_key, c.email, c.name, c.provider_key, c.confirmed_at, c.merged_into, c.partner_id, c.source, c.reason,
    c.archived_at, c.metadata, c.signed_up_at, c.created_at, c.updated_at
from customers c
where c.program_id = $1 and c.mode = $2 and c.archived_at is null and c.merged_into is null
  and (cast($3 as text) is null or c.partner_id = $3)
  and (cast($4 as text) is null or exists (
      select 1 from partners p join groups g on g.id = p.group_id
      where p.id = c.partner_id and p.program_id = c.program_id and g.slug = $4))
  and (cast($5 as text) is null or c.id < $5)
  and (cast($7 as bigint) is null or c.created_at >= $7)
  and (cast($8 as bigint) is null or c.created_at <= $8)
  and (cast($9 as bigint) is null or c.updated_at >= $9)
  and (cast($10 as bigint) is null or c.updated_at <= $10)
order by c.id desc
limit $6
