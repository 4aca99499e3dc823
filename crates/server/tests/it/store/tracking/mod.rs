//! From a link to a customer.

mod attributions;
mod claims;
mod click_lists;
mod clicks;
mod customers;
mod drained;
mod identities;
mod link_table;
mod misses;
mod refusals;
mod rollups;
mod snippet_tests;
mod spool;
mod touches;
mod xid_keys;
