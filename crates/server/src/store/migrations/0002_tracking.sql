-- Clicks and page views as the spool delivers them, sign-ups as claims, customers with what identifies them, and whom
-- they belong to.

create table incarnation_leases (
    block bigint not null primary key,
    node {text} not null,
    leased_at bigint not null
);

-- How far each spool incarnation has been drained; moved by compare-and-set in the transaction that inserts its rows.
create table spool_incarnations (
    incarnation bigint not null primary key,
    node {text} not null,
    slot bigint not null,
    segment bigint not null,
    position bigint not null,
    opened_at bigint not null,
    updated_at bigint not null
);

create table xid_keys (
    version bigint not null primary key,
    secret {text} not null,
    created_at bigint not null,
    retired_at bigint
);

create table clicks (
    incarnation bigint not null,
    ms bigint not null,
    counter bigint not null,
    program_id {text} not null,
    mode {text} not null,
    link_id {text} not null,
    partner_id {text} not null,
    xid {text} not null,
    outcome {text} not null,
    -- When a landing or a confirmed sign-up showed that a click screened out was a person after all.
    reclassified_at bigint,
    occurred_at bigint not null,
    recorded_at bigint not null,
    day {text} not null,
    dest {text} not null,
    -- JSON arrays of text: click ids found in the request's own cookies; the partner's sub-ids; parameter names.
    earlier_xids {text} not null,
    sub_ids {text} not null,
    params {text} not null,
    referrer_host {text},
    device {text} not null,
    browser {text} not null,
    engine {text} not null,
    in_app {text},
    country {text},
    gpc_at bigint,
    -- Erasable, and no decision reads them.
    user_agent {text},
    ip_prefix {text},
    primary key (incarnation, ms, counter)
);
create index clicks_by_time on clicks (program_id, mode, ms, incarnation, counter);
create index clicks_by_partner on clicks (program_id, mode, partner_id, ms, incarnation, counter);
create index clicks_by_link on clicks (program_id, mode, link_id, ms, incarnation, counter);

create table click_rollups (
    program_id {text} not null,
    mode {text} not null,
    day {text} not null,
    link_id {text} not null,
    partner_id {text} not null,
    outcome {text} not null,
    slot bigint not null,
    clicks bigint not null,
    primary key (program_id, mode, day, partner_id, link_id, outcome, slot)
);
-- Without the count, so that counting up does not touch it.
create index click_rollups_by_partner on click_rollups (program_id, mode, partner_id, link_id, outcome);

-- Requests to addresses that lead nowhere: unknown and inactive links, with the reason.
create table link_misses (
    incarnation bigint not null,
    segment bigint not null,
    position bigint not null,
    program_id {text},
    mode {text},
    host {text} not null,
    path {text} not null,
    link_id {text},
    outcome {text} not null,
    reason {text} not null,
    occurred_at bigint not null,
    recorded_at bigint not null,
    referrer_host {text},
    primary key (incarnation, segment, position)
);
create index link_misses_by_time on link_misses (program_id, occurred_at);

-- Page views that the snippet told us of: what it saw, whether its cookie stuck, what was wrong.
create table visits (
    incarnation bigint not null,
    segment bigint not null,
    position bigint not null,
    program_id {text} not null,
    mode {text} not null,
    occurred_at bigint not null,
    recorded_at bigint not null,
    page_host {text},
    page_path {text},
    params {text} not null,
    referrer_host {text},
    origin_host {text},
    xid {text},
    -- genuine, forged, foreign (another program or mode), or absent.
    xid_verdict {text} not null,
    click_incarnation bigint,
    click_ms bigint,
    click_counter bigint,
    partner_key {text},
    -- written_and_read, failed, or unsaid.
    cookie {text} not null,
    local_storage {text} not null,
    consent {text},
    gpc_at bigint,
    snippet {text},
    problems {text} not null,
    browser {text} not null,
    engine {text} not null,
    user_agent {text},
    ip_prefix {text},
    primary key (incarnation, segment, position)
);
create index visits_by_time on visits (program_id, mode, occurred_at);
create index visits_by_click on visits (click_incarnation, click_ms, click_counter);

-- Records of the spool that the database would not take, kept for a human, with the reason.
create table quarantine (
    incarnation bigint not null,
    segment bigint not null,
    position bigint not null,
    reason {text} not null,
    record {text} not null,
    recorded_at bigint not null,
    primary key (incarnation, segment, position)
);

-- Refused ingest requests: counted per origin, reason and hour, with a few samples; never a row per request.
create table refusals (
    hour bigint not null,
    origin {text} not null,
    reason {text} not null,
    slot bigint not null,
    program_id {text},
    requests bigint not null,
    samples {text} not null,
    last_at bigint not null,
    primary key (hour, origin, reason, slot)
);

-- One version row per identity: whoever stores a fact that names the identity bumps it first, in sorted order, so that
-- two such transactions cannot both decide from facts that lack the other's.
create table identity_versions (
    program_id {text} not null,
    mode {text} not null,
    identity {text} not null,
    version bigint not null,
    primary key (program_id, mode, identity)
);

create table customers (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    -- The company's own id for the customer. Erasable, like the e-mail and the name.
    customer_key {text},
    email {text},
    name {text},
    provider_key {text},
    -- Null while only a browser has said so.
    confirmed_at bigint,
    -- Set when its claims went over to another row that a confirmed fact showed to be the same customer.
    merged_into {text},
    -- What the last decision said, for lists; the attributions table has it whole.
    partner_id {text},
    source {text} not null,
    reason {text} not null,
    archived_at bigint,
    metadata {text} not null,
    signed_up_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index customers_by_program on customers (program_id, mode, id);
create index customers_by_partner on customers (program_id, mode, partner_id, id);
create index customers_by_sign_up on customers (program_id, mode, signed_up_at);
create index customers_unconfirmed on customers (program_id, mode, id) where confirmed_at is null;

-- What a confirmed fact tied to a customer: each identity belongs to one customer.
create table customer_identities (
    program_id {text} not null,
    mode {text} not null,
    -- customer_key, email or provider_key.
    kind {text} not null,
    value {text} not null,
    customer_id {text} not null references customers (id),
    -- Null while only a claim names it.
    confirmed_at bigint,
    added_at bigint not null,
    primary key (program_id, mode, kind, value)
);
create index customer_identities_by_customer on customer_identities (customer_id);

-- Somebody's word that a customer signed up: a browser's, a server's, a person's. Append-only, but for the customer
-- that it is resolved to.
create table claims (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    customer_id {text} not null references customers (id),
    source {text} not null,
    customer_key {text},
    email {text},
    name {text},
    provider_key {text},
    partner_id {text},
    -- The partner key as it was sent, also if nobody has it.
    partner_key {text},
    xid {text},
    xid_verdict {text} not null,
    xid_source {text},
    page_host {text},
    page_path {text},
    snippet {text},
    problems {text} not null,
    trust {text} not null,
    browser {text},
    engine {text},
    event_id {text},
    confirmed_at bigint,
    occurred_at bigint not null,
    recorded_at bigint not null
);
create index claims_by_customer on claims (program_id, mode, customer_id, occurred_at);
create index claims_by_email on claims (program_id, mode, email);
create index claims_by_customer_key on claims (program_id, mode, customer_key);

-- A click seen as a candidate for a customer: decoded from the id itself, so that it stands before the click is drained.
create table touches (
    program_id {text} not null,
    mode {text} not null,
    claim_id {text} not null references claims (id),
    incarnation bigint not null,
    ms bigint not null,
    counter bigint not null,
    xid {text} not null,
    link_id {text} not null,
    partner_id {text} not null,
    outcome {text} not null,
    -- cookie, storage, url, s2s, or earlier: found in the cookies of a later click's own request.
    came_by {text} not null,
    recorded_at bigint not null,
    primary key (program_id, mode, claim_id, incarnation, ms, counter)
);
create index touches_by_click on touches (incarnation, ms, counter);

-- Each decision whom a customer belongs to; the highest seq is the one that stands.
create table attributions (
    program_id {text} not null,
    mode {text} not null,
    customer_id {text} not null references customers (id),
    seq bigint not null,
    partner_id {text},
    xid {text},
    source {text} not null,
    reason {text} not null,
    hold {text},
    policy_version bigint not null,
    -- The whole decision as JSON: every touch considered, won or lost, and why.
    decision {text} not null,
    decided_at bigint not null,
    settled_at bigint,
    primary key (customer_id, seq)
);

-- A person's word whom a customer belongs to, from a stated moment.
create table attribution_decisions (
    program_id {text} not null,
    mode {text} not null,
    customer_id {text} not null references customers (id),
    seq bigint not null,
    partner_id {text},
    -- JSON: start, from an instant, or one payment.
    scope {text} not null,
    user_id {text},
    note {text},
    decided_at bigint not null,
    primary key (customer_id, seq)
);
