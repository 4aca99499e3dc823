-- What does the link table serve of this program, apart from its links?
select slug, site, site_domain, version
from programs
where id = $1
