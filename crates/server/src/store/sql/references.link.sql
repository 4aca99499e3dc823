-- Keep that two names mean the same payment.
insert into reference_links (program_id, mode, source, reference, other)
values ($1, $2, $3, $4, $5)
on conflict (program_id, mode, source, reference, other) do nothing
