-- With which keys may a click id be proved? (Of the installation: click ids of all tenants share them.)
select version, secret
from xid_keys
where retired_at is null
order by version
