-- Which program has this slug?
select id, slug, name, site, site_domain, currency, time_zone, created_at
from programs
where slug = $1
