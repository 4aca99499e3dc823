-- Somebody begins to try the integration out.
insert into snippet_tests (id, program_id, mode, page, link_id, user_id, started_at)
values ($1, $2, $3, $4, $5, $6, $7)
