-- Looks at where links lead, each kept with its date: a verdict about March needs a look of March.

create table link_checks (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    -- Nothing if an address was looked at that is no link of the tenant.
    link_id {text} references links (id),
    -- What was asked about, and where it leads as it is stored: the link's destination, else the address itself.
    url {text} not null,
    dest {text} not null,
    host {text} not null,
    path {text} not null,
    -- made: the link was new or led somewhere new; daily; person.
    why {text} not null,
    -- The look that this one shares its findings with: another link with the same destination.
    shared_with {text},
    -- When a real browser looked too.
    browser_at bigint,
    -- What investigations ask for; the facts have all of it.
    http_status bigint,
    reached_at bigint,
    tag {text} not null,
    tag_key {text} not null,
    params_kept {text} not null,
    lost_at {text},
    overwritten_line bigint,
    -- JSON.
    facts {text} not null,
    checked_at bigint not null
);
create index link_checks_by_link on link_checks (program_id, mode, link_id, checked_at);
create index link_checks_by_time on link_checks (program_id, mode, checked_at);
create index link_checks_by_page on link_checks (program_id, mode, host, path, checked_at);
