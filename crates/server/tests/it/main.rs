//! The one integration binary. Tests under `api` mirror the routes, those under `store` the store's modules, and `stories`
//! tell whole journeys; each runs on SQLite and on PostgreSQL (`WHENCE_TEST_POSTGRES_URL`, which the test command sets).

mod api;
mod docs;
mod edge;
mod link_check;
mod outgoing;
mod spool;
mod store;
mod stories;
mod support;
mod ui;
mod webhooks;
