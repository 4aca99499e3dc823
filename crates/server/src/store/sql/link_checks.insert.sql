-- Keeps a look at where a link leads.
insert into link_checks (id, program_id, mode, link_id, url, dest, host, path, why, shared_with, browser_at, http_status,
  reached_at, tag, tag_key, params_kept, lost_at, overwritten_line, facts, checked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
