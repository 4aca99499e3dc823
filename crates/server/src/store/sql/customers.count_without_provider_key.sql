-- How many customers that were added by hand or by a server have no key of the payment provider? No more are counted than
-- asked for.
select count(*) from (
  select 1 as one from customers
  where program_id = $1 and mode = $2 and provider_key is null and merged_into is null and archived_at is null
    and source in ('api', 'manual')
  limit $3
) as found
