-- Keep why each offer did or did not apply to a payment.
insert into offer_notes (program_id, mode, transaction_id, notes, decided_at)
values ($1, $2, $3, $4, $5)
on conflict (transaction_id) do update set notes = excluded.notes, decided_at = excluded.decided_at
where offer_notes.program_id = $1 and offer_notes.mode = $2 and offer_notes.notes <> excluded.notes
