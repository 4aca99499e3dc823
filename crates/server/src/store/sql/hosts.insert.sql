-- Gives a link host to a program, unless some program has it.
insert into program_hosts (host, program_id, proof, verified_at)
values ($1, $2, $3, $4)
on conflict do nothing
