-- Tells every node that something the link table serves of this program has changed.
update programs
set version = version + 1
where id = $1
