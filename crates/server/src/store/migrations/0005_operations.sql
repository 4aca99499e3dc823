-- What keeps repeated requests and people's changes straight.

-- The first final answer to a request with an Idempotency-Key, per key pair and route.
create table idempotency_keys (
    program_id {text} not null,
    mode {text} not null,
    key_pair_id {text} not null,
    route {text} not null,
    key {text} not null,
    input_hash {text} not null,
    -- Null while the request is in flight.
    status bigint,
    body {text},
    -- Set by the transaction that holds the request's effect: whatever becomes of the answer, it is not served again.
    effect_at bigint,
    created_at bigint not null,
    primary key (key_pair_id, route, key)
);

-- Who changed what.
create table audit (
    id {text} not null primary key,
    program_id {text} not null,
    mode {text},
    actor_kind {text} not null,
    actor_id {text},
    action {text} not null,
    subject_kind {text} not null,
    subject_id {text} not null,
    detail {text} not null,
    at bigint not null
);
create index audit_by_subject on audit (program_id, subject_id, at);

-- Facts about the installation itself, such as its node name and when a restore happened.
create table installation (
    name {text} not null primary key,
    value {text} not null,
    updated_at bigint not null
);
