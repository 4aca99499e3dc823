-- Leases a block of incarnation numbers to a node, if it is still free.
insert into incarnation_leases (block, node, leased_at)
values ($1, $2, $3)
on conflict (block) do nothing
