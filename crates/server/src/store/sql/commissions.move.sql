-- Give what was earned on one customer to the one it turned out to be.
update commissions set customer_id = $4 where program_id = $1 and mode = $2 and customer_id = $3
