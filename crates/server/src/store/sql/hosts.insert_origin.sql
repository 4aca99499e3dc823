-- Lets pages of one more site talk to us in the program's name.
insert into program_origins (program_id, host, added_at)
values ($1, $2, $3)
on conflict do nothing
