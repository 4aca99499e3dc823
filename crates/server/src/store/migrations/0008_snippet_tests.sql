-- Trying the snippet out: for which domain the browser kept the snippet's cookie, and tests that somebody began.

-- Empty where the page's host alone has the cookie; null where the snippet did not say.
alter table visits add column cookie_domain {text};

-- A test of the integration: whatever arrives from the site after it began belongs to it.
create table snippet_tests (
    id {text} not null primary key,
    program_id {text} not null references programs (id),
    mode {text} not null,
    -- The landing page that is tried.
    page {text} not null,
    -- The test partner's link to it; null where a test of live mode has none.
    link_id {text},
    user_id {text} not null,
    started_at bigint not null
);
create index snippet_tests_by_program on snippet_tests (program_id, mode, started_at);

-- What removing the data of test mode walks along.
create index link_misses_of_tests on link_misses (program_id, occurred_at) where mode = 'test';
