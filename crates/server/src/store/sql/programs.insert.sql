-- Stores a new program, unless its slug is taken.
insert into programs (id, slug, name, site, site_domain, currency, time_zone, version, created_at)
values ($1, $2, $3, $4, $5, $6, $7, 1, $8)
on conflict do nothing
