//! From a link to a customer.

mod attributions;
mod claims;
mod click_lists;
mod clicks;
mod customers;
pub mod drained;
mod identities;
mod link_table;
mod misses;
mod page_days;
mod refusals;
mod rollups;
mod snippet_tests;
mod spool;
mod touches;
mod xid_keys;
