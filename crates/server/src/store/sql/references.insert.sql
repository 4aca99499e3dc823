-- Keep a name by which the provider speaks of a payment.
insert into transaction_references (program_id, mode, source, reference, transaction_id)
values ($1, $2, $3, $4, $5)
on conflict (program_id, mode, source, reference) do nothing
