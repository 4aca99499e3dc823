-- Give one customer's claims to another, when a confirmed fact showed them to be the same.
update claims set customer_id = $4 where program_id = $1 and mode = $2 and customer_id = $3
