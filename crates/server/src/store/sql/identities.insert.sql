-- Tie an identity to a customer, unless it is tied to one already; a confirmed tie outweighs a claimed one.
insert into customer_identities (program_id, mode, kind, value, customer_id, confirmed_at, added_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (program_id, mode, kind, value) do update
set confirmed_at = coalesce(customer_identities.confirmed_at, excluded.confirmed_at),
    customer_id = case
        when customer_identities.confirmed_at is null and excluded.confirmed_at is not null then excluded.customer_id
        else customer_identities.customer_id end
