-- Give one customer's identities to another, when a confirmed fact showed them to be the same.
update customer_identities set customer_id = $4 where program_id = $1 and mode = $2 and customer_id = $3
