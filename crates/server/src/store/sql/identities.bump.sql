-- Take the identity: whoever bumps it second waits for, or loses to, whoever bumped it first.
insert into identity_versions (program_id, mode, identity, version)
values ($1, $2, $3, 1)
on conflict (program_id, mode, identity) do update set version = identity_versions.version + 1
