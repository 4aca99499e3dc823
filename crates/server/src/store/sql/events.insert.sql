-- Keep that something arrived and what became of it.
insert into events (id, program_id, mode, kind, outcome, cause, source, subject_kind, subject_id, delivery_key, created_at,
    replay_of)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
