-- Keeps records that the database would not take, with the reason.
insert into quarantine (incarnation, segment, position, reason, record, recorded_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (incarnation, segment, position) do nothing
