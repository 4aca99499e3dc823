-- Notes that a run of a node is drained from its beginning, if nobody noted it yet.
insert into spool_incarnations (incarnation, node, slot, segment, position, opened_at, updated_at)
values ($1, $2, $3, 0, 0, $4, $4)
on conflict (incarnation) do nothing
