-- Which commissions does the program have? One page, oldest first.
select id, partner_id, customer_id, transaction_id, trigger_kind, source_key, offer_id, offer_version, kind, seq, key, amount,
    currency, description, status, hold_reason, decline_reason, release_at, occurred_at, created_at, updated_at
from commissions
where program_id = $1 and mode = $2
  and (cast($3 as text) is null or status = $3)
  and (cast($4 as text) is null or customer_id = $4)
  and (cast($5 as text) is null or partner_id = $5)
  and (cast($6 as text) is null or description = $6)
  and (cast($7 as text) is null or partner_id in (
      select id from partners where program_id = $1 and mode = $2 and group_id = $7))
  and (cast($8 as text) is null or decline_reason = $8)
  and (cast($9 as text) is null or lower(description) like $9 escape '!')
  and (cast($10 as text) is null or id > $10)
  and (cast($12 as bigint) is null or created_at >= $12)
  and (cast($13 as bigint) is null or created_at <= $13)
  and (cast($14 as bigint) is null or updated_at >= $14)
  and (cast($15 as bigint) is null or updated_at <= $15)
order by id asc
limit $11
