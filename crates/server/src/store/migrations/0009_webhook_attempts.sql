-- Deliveries of payment providers that were refused, what an event's cause is in a word that programs can read, and what
-- replaying a delivery and searching need.

-- Refused attempts: counted per address, reason and hour, with a few samples; never a row per request, and never a body.
create table webhook_attempts (
    hour bigint not null,
    provider {text} not null,
    -- The address; empty for all those that nobody was given, which belong to no program.
    endpoint_key {text} not null,
    reason {text} not null,
    slot bigint not null,
    program_id {text},
    mode {text},
    attempts bigint not null,
    samples {text} not null,
    first_at bigint not null,
    last_at bigint not null,
    primary key (hour, provider, endpoint_key, reason, slot)
);
create index webhook_attempts_by_program on webhook_attempts (program_id, mode, last_at);
create index refusals_by_last on refusals (program_id, last_at);

-- The time in its signature, by which clocks are compared, and whether the provider made it in live or in test mode.
alter table webhook_deliveries add column signed_at bigint;
alter table webhook_deliveries add column environment {text};
-- When it was last read again, how often, and the event that told what became of it then.
alter table webhook_deliveries add column replayed_at bigint;
alter table webhook_deliveries add column replays bigint not null default 0;
alter table webhook_deliveries add column last_event_id {text};
-- Since when its body is gone, because somebody in it asked to be forgotten.
alter table webhook_deliveries add column erased_at bigint;
create index webhook_deliveries_by_kind on webhook_deliveries (program_id, mode, kind, received_at);
create index webhook_deliveries_by_cause on webhook_deliveries (program_id, mode, cause, received_at);
create index webhook_deliveries_by_event on webhook_deliveries (program_id, mode, event_id);

-- The event that a replayed one was first.
alter table events add column replay_of {text};
create index events_by_replay on events (program_id, mode, replay_of) where replay_of is not null;
create index events_by_cause on events (program_id, mode, cause, id);

-- Causes were sentences.
update events set cause = case cause
    when 'the payment was recorded' then 'payment_recorded'
    when 'the refund was recorded' then 'refund_recorded'
    when 'the customer''s names were recorded' then 'names_recorded'
    when 'names of one payment were joined' then 'payment_names_joined'
    when 'a browser said that this customer signed up' then 'signup_told'
    when 'the company said that this is a customer' then 'customer_told'
    when 'the same page said so a moment before' then 'signup_repeated'
    when 'the payment was known' then 'payment_known'
    when 'the payment was known, with other content, which stands' then 'payment_known_otherwise'
    when 'the payment names no customer: give the charge a customer or an e-mail address at Stripe' then 'names_nobody'
    when 'its payment has not arrived; the refund waits for it' then 'refund_waits'
    when 'it names no customer' then 'no_customer_named'
    when 'it names no payment or currency' then 'no_payment_named'
    when 'nothing in it concerns us' then 'nothing_for_us'
    when 'events of this kind say nothing about customers or money here' then 'nothing_for_us'
    when 'this program counts charges as sales, not invoices' then 'invoices_not_counted'
    when 'authorised only: the sale comes with charge.captured' then 'authorised_only'
    when 'a field that is needed is missing or of another type' then 'field_missing'
    when 'its currency is unknown' then 'currency_unknown'
    when 'its amount is beyond what can be recorded' then 'amount_out_of_range'
    else 'unsaid' end;
update webhook_deliveries set cause = coalesce(
    (select e.cause from events e where e.id = webhook_deliveries.event_id), 'unsaid')
where cause is not null;

-- What a person searches for, whatever its case.
create index partners_by_folded_key on partners (program_id, mode, lower(partner_key));
-- Customers that were added by hand or by a server and have no key of the payment provider.
create index customers_without_provider_key on customers (program_id, mode, id)
    where provider_key is null and merged_into is null and archived_at is null and source in ('api', 'manual');
