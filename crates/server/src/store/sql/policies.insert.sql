-- Adds a version of a program's policy, unless that number is taken.
insert into program_policies (program_id, version, from_at, policy)
values ($1, $2, $3, $4)
on conflict do nothing
