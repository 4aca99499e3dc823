-- Which programs are there? The one question that is asked across tenants: by the node itself, never for a caller.
select id, slug, name, site, site_domain, currency, time_zone, created_at
from programs
order by id
