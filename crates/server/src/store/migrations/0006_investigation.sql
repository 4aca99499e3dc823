-- What an investigation reads and could not read before: the device behind a page view and a sign-up, what pages saw day by
-- day, names that are found although they were misspelt; and the investigations themselves.

alter table visits add column device {text};
-- The day in the program's zone and the path with what varies in it folded away: where page_days counts it. Null for what
-- came before this migration, which page_days does not count.
alter table visits add column day {text};
alter table visits add column page_template {text};

alter table claims add column device {text};
-- What the page said about consent: granted, denied, required.
alter table claims add column consent {text};
alter table claims add column day {text};
alter table claims add column page_template {text};
-- The folded name, only where the customer's own row does not have it. Erasable, like the name.
alter table claims add column name_forward {text};

-- A day of a page: page views and sign-ups told of from there, and people's clicks sent there. Counted in the transaction
-- that stores what is counted, in slots so that two nodes do not wait for each other; summed on read.
create table page_days (
    program_id {text} not null,
    mode {text} not null,
    day {text} not null,
    host {text} not null,
    path {text} not null,
    slot bigint not null,
    views bigint not null,
    -- Those of them that carried a genuine click, whose cookie did not hold, that came without consent.
    views_with_click bigint not null,
    cookie_failed bigint not null,
    consent_denied bigint not null,
    sign_ups bigint not null,
    sign_ups_with_click bigint not null,
    -- People's clicks on links that lead there; and those of them that no page view of this slot has followed.
    clicks bigint not null,
    clicks_since_view bigint not null,
    -- The first and the last page view; null while only clicks or sign-ups are counted.
    first_at bigint,
    last_at bigint,
    primary key (program_id, mode, host, path, day, slot)
);
create index page_days_by_day on page_days (program_id, mode, day);

-- By what names customers are found although they were misspelt, put in another order, or written without their accents
-- (the folding is domain::investigation::name_match). All of it is erasable, like the name.
alter table customers add column name_forward {text};
alter table customers add column name_backward {text};
alter table customers add column name_sound {text};
-- The customer key without case, spaces and an address's tag: two that differ in nothing else are one person's.
alter table customers add column folded_key {text};
create index customers_by_email on customers (program_id, mode, email);
create index customers_by_name_forward on customers (program_id, mode, name_forward);
create index customers_by_name_backward on customers (program_id, mode, name_backward);
create index customers_by_name_sound on customers (program_id, mode, name_sound);
create index customers_by_folded_key on customers (program_id, mode, folded_key);
-- Rows from before this migration, until they are folded.
create index customers_unfolded on customers (id) where name is not null and name_forward is null;
create index claims_by_name_forward on claims (program_id, mode, name_forward) where name_forward is not null;
create index claims_by_sign_up on claims (program_id, mode, occurred_at);

-- Null where it was not counted yet.
alter table refusals add column sign_ups bigint;
create index refusals_by_program on refusals (program_id, hour);

create index link_misses_by_link on link_misses (link_id, occurred_at);
create index webhook_deliveries_by_time on webhook_deliveries (program_id, mode, received_at);
create index webhook_deliveries_unmatched on webhook_deliveries (program_id, mode, received_at)
    where outcome = 'unmatched';

-- Each time somebody asked why something was not tracked, and what was answered.
create table investigations (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    -- JSON: what was asked, without names, and whom it was found to be about.
    question {text} not null,
    -- JSON: the findings as the domain gave them.
    findings {text} not null,
    customer_id {text},
    partner_id {text},
    -- Erasable: how the person asked described the customer.
    asked_email {text},
    asked_name {text},
    asked_customer_key {text},
    asked_order {text},
    -- key_pair, user, operator, system.
    actor_kind {text} not null,
    actor_id {text},
    created_at bigint not null
);
create index investigations_by_program on investigations (program_id, mode, id);
create index investigations_by_customer on investigations (program_id, mode, customer_id, id);
