-- Keep by what a customer's name is found. An empty one is a name without letters, by which nobody is.
update customers
set name_forward = $2, name_backward = $3, name_sound = $4, folded_key = coalesce(folded_key, $5)
where id = $1 and name_forward is null
