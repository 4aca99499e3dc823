-- Which program has this id?
select id, slug, name, site, site_domain, currency, time_zone, created_at
from programs
where id = $1
