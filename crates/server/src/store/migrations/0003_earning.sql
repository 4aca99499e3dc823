-- Everything that arrived, the payments and refunds in it, offers with their versions, and the commissions they made.

create table events (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    kind {text} not null,
    -- recorded, duplicate, ignored, unmatched, refused, failed.
    outcome {text} not null,
    cause {text} not null,
    -- snippet, api, s2s, stripe, dashboard, import.
    source {text} not null,
    subject_kind {text},
    subject_id {text},
    delivery_key {text},
    created_at bigint not null
);
create index events_by_program on events (program_id, mode, id);
create index events_by_subject on events (program_id, mode, subject_id);

-- A verified delivery of a payment provider, stored whole before it is read.
create table webhook_deliveries (
    program_id {text} not null references programs (id),
    mode {text} not null,
    provider {text} not null,
    provider_event_id {text} not null,
    event_id {text} not null,
    endpoint_key {text} not null,
    kind {text} not null,
    body {text} not null,
    provider_at bigint not null,
    received_at bigint not null,
    deliveries bigint not null,
    processed_at bigint,
    outcome {text},
    cause {text},
    primary key (program_id, mode, provider, provider_event_id)
);

create table transactions (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    -- api, stripe, ...: with the key, what makes a repeat the same transaction.
    source {text} not null,
    key {text} not null,
    -- Null until somebody is known by the identities it names.
    customer_id {text},
    -- customer_key, email or provider_key: by what it found its customer.
    matched_by {text},
    customer_key {text},
    email {text},
    provider_key {text},
    amount bigint not null,
    currency {text} not null,
    product_key {text},
    category_key {text},
    metadata {text} not null,
    -- A hash of the request, so that the same key with other content is a conflict.
    input_hash {text} not null,
    event_id {text},
    removed_at bigint,
    -- Since when nothing of it is left: callers see it as gone, as PartnerStack's are (`wire.md` 10.8).
    given_back_at bigint,
    occurred_at bigint not null,
    recorded_at bigint not null,
    unique (program_id, mode, source, key)
);
create index transactions_by_program on transactions (program_id, mode, id);
create index transactions_by_key on transactions (program_id, mode, key);
create index transactions_by_customer on transactions (program_id, mode, customer_id, occurred_at);
create index transactions_by_time on transactions (program_id, mode, occurred_at);

-- Names by which a provider speaks of the same payment: charge, payment intent, invoice.
create table transaction_references (
    program_id {text} not null,
    mode {text} not null,
    source {text} not null,
    reference {text} not null,
    transaction_id {text} not null references transactions (id),
    primary key (program_id, mode, source, reference)
);

-- Two names of the same payment, told before the payment itself; each pair stands in both directions.
create table reference_links (
    program_id {text} not null,
    mode {text} not null,
    source {text} not null,
    reference {text} not null,
    other {text} not null,
    primary key (program_id, mode, source, reference, other)
);

-- Money given back: a single refund with its own id and status, or a provider's running total (kind `cumulative`).
create table refunds (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    source {text} not null,
    key {text} not null,
    kind {text} not null,
    -- Null until the payment it belongs to is known.
    transaction_id {text},
    reference {text} not null,
    amount bigint not null,
    currency {text} not null,
    status {text} not null,
    event_id {text},
    provider_at bigint not null,
    occurred_at bigint not null,
    recorded_at bigint not null,
    unique (program_id, mode, source, key)
);
create index refunds_by_transaction on refunds (program_id, mode, transaction_id);
create index refunds_by_reference on refunds (program_id, mode, source, reference);

create table offers (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    version bigint not null,
    archived_at bigint,
    created_at bigint not null,
    updated_at bigint not null
);
create index offers_by_program on offers (program_id, mode, id);

create table offer_versions (
    program_id {text} not null,
    offer_id {text} not null references offers (id),
    version bigint not null,
    from_at bigint not null,
    description {text} not null,
    trigger_kind {text} not null,
    -- JSON: terms, limits, rules, as the REST API shows them.
    terms {text} not null,
    limits {text} not null,
    rules {text} not null,
    hold_days bigint not null,
    group_id {text},
    archived_at bigint,
    primary key (offer_id, version)
);

-- An amount that a partner earned; a reversal is a row of its own with a negative amount. No amount is ever updated.
create table commissions (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    partner_id {text} not null references partners (id),
    customer_id {text},
    transaction_id {text},
    -- What earned it: the trigger and the id of what pulled it; `manual` for one made by hand.
    trigger_kind {text} not null,
    source_key {text} not null,
    -- Null for one made by hand.
    offer_id {text},
    offer_version bigint,
    -- accrual, adjustment, reversal, manual.
    kind {text} not null,
    -- With what earned it, offer version and partner: the n-th entry, so that one delta is posted once.
    seq bigint not null,
    key {text} not null,
    amount bigint not null,
    currency {text} not null,
    description {text} not null,
    status {text} not null,
    hold_reason {text},
    decline_reason {text},
    release_at bigint,
    attribution_seq bigint,
    occurred_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (program_id, mode, key)
);
create index commissions_by_program on commissions (program_id, mode, id);
create index commissions_by_customer on commissions (program_id, mode, customer_id, id);
create index commissions_by_partner on commissions (program_id, mode, partner_id, id);
create index commissions_by_transaction on commissions (program_id, mode, transaction_id);
create index commissions_by_status on commissions (program_id, mode, status, id);

-- Why each offer did or did not apply to a transaction, as the last decision said.
create table offer_notes (
    program_id {text} not null,
    mode {text} not null,
    transaction_id {text} not null references transactions (id),
    notes {text} not null,
    decided_at bigint not null,
    primary key (transaction_id)
);
