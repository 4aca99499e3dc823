-- The ledger: each row is one transfer between two accounts of one partner in one currency, so the books balance by
-- construction. Balances are the running sums that `whence verify` recomputes.

create table transfers (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    partner_id {text} not null references partners (id),
    commission_id {text} not null references commissions (id),
    -- The n-th movement of the commission, so that one movement is posted once.
    seq bigint not null,
    debit {text} not null,
    credit {text} not null,
    amount bigint not null check (amount > 0),
    currency {text} not null,
    why {text} not null,
    occurred_at bigint not null,
    recorded_at bigint not null,
    unique (commission_id, seq)
);
create index transfers_by_partner on transfers (program_id, mode, partner_id, currency);

create table balances (
    program_id {text} not null,
    mode {text} not null,
    partner_id {text} not null references partners (id),
    currency {text} not null,
    account {text} not null,
    amount bigint not null,
    primary key (program_id, mode, partner_id, currency, account)
);
