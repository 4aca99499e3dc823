//! Clicks, claims, customers, and whom they belong to.

pub mod attributions;
pub mod claims;
pub mod click_lists;
pub mod clicks;
pub mod customers;
pub mod drained;
pub mod identities;
pub mod link_table;
pub mod misses;
pub mod page_days;
pub mod refusals;
pub mod rollups;
pub mod snippet_tests;
pub mod spool;
pub mod touches;
pub mod xid_keys;
