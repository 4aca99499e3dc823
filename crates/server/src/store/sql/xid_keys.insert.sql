-- Adds the key of a version, if it has none yet.
insert into xid_keys (version, secret, created_at)
values ($1, $2, $3)
on conflict (version) do nothing
