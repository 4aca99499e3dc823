-- Fill in what is now known about a customer; what is absent stays as it was.
update customers
set customer_key = coalesce($4, customer_key), email = coalesce($5, email), name = coalesce($6, name),
    provider_key = coalesce($7, provider_key), confirmed_at = coalesce(confirmed_at, $8),
    signed_up_at = case when $9 < signed_up_at then $9 else signed_up_at end, updated_at = $10,
    name_forward = case when cast($6 as text) is null then name_forward else $11 end,
    name_backward = case when cast($6 as text) is null then name_backward else $12 end,
    name_sound = case when cast($6 as text) is null then name_sound else $13 end,
    folded_key = coalesce($14, folded_key)
where program_id = $1 and mode = $2 and id = $3
