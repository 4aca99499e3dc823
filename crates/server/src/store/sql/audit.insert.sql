-- Notes who changed what.
insert into audit (id, program_id, mode, actor_kind, actor_id, action, subject_kind, subject_id, detail, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
