-- Lets a user act for a program.
insert into members (program_id, user_id, role, added_at)
values ($1, $2, $3, $4)
on conflict do nothing
