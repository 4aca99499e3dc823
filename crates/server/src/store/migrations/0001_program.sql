-- Who takes part: programs with their versioned policy and hosts, people who sign in, groups, partners, links, and the
-- keys by which others reach us. `{text}` is TEXT, ordered by bytes on every engine (see store/migrate.rs).

create table programs (
    id {text} not null primary key,
    slug {text} not null unique,
    name {text} not null,
    site {text} not null,
    site_domain {text} not null,
    currency {text} not null,
    time_zone {text} not null,
    -- Bumped in the transaction that changes anything the link table serves, so that every node can follow.
    version bigint not null,
    created_at bigint not null
);

-- What a decision reads is versioned: the policy in force at an event's time decides it, whatever it is today.
create table program_policies (
    program_id {text} not null references programs (id),
    version bigint not null,
    from_at bigint not null,
    policy {text} not null,
    primary key (program_id, version)
);

create table program_hosts (
    host {text} not null primary key,
    program_id {text} not null references programs (id),
    proof {text} not null,
    verified_at bigint not null
);

create table program_origins (
    program_id {text} not null references programs (id),
    host {text} not null,
    added_at bigint not null,
    primary key (program_id, host)
);

create table users (
    id {text} not null primary key,
    email {text} not null unique,
    name {text} not null,
    password_hash {text} not null,
    created_at bigint not null
);

create table members (
    program_id {text} not null references programs (id),
    user_id {text} not null references users (id),
    role {text} not null,
    added_at bigint not null,
    primary key (program_id, user_id)
);
create index members_by_user on members (user_id, program_id);

create table sessions (
    token_hash {text} not null primary key,
    user_id {text} not null references users (id),
    csrf_token {text} not null,
    user_agent {text},
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null
);
create index sessions_by_user on sessions (user_id);

create table key_pairs (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    public_key {text} not null unique,
    secret_hash {text} not null,
    created_at bigint not null,
    revoked_at bigint
);
create index key_pairs_by_program on key_pairs (program_id, mode, created_at);

create table s2s_tokens (
    token_hash {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    created_at bigint not null,
    revoked_at bigint
);

create table webhook_endpoints (
    endpoint_key {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    provider {text} not null,
    secret {text},
    created_at bigint not null,
    revoked_at bigint
);
create index webhook_endpoints_by_program on webhook_endpoints (program_id, mode, provider);

create table groups (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    slug {text} not null,
    name {text} not null,
    -- The group that a partner joins when none is named; exactly one per program has it.
    default_at bigint,
    archived_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    unique (program_id, slug)
);

create table partners (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    partner_key {text} not null,
    email {text} not null,
    first_name {text} not null,
    last_name {text} not null,
    group_id {text} not null references groups (id),
    status {text} not null,
    version bigint not null,
    joined_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (program_id, mode, partner_key),
    unique (program_id, mode, email)
);

create table partner_versions (
    program_id {text} not null,
    partner_id {text} not null references partners (id),
    version bigint not null,
    from_at bigint not null,
    group_id {text} not null,
    status {text} not null,
    primary key (partner_id, version)
);

create table links (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    -- Carried by the click id; fixes program and mode, never reused, drawn at random so that no counter is hot.
    number bigint not null unique,
    link_key {text} not null,
    -- The link key in lower case: addresses are matched without case.
    folded {text} not null,
    partner_id {text} not null references partners (id),
    dest {text} not null,
    title {text},
    version bigint not null,
    archived_at bigint,
    created_at bigint not null,
    updated_at bigint not null,
    unique (program_id, folded)
);
create index links_by_partner on links (program_id, mode, partner_id, id);

create table link_versions (
    program_id {text} not null,
    link_id {text} not null references links (id),
    version bigint not null,
    from_at bigint not null,
    partner_id {text} not null,
    dest {text} not null,
    archived_at bigint,
    primary key (link_id, version)
);
