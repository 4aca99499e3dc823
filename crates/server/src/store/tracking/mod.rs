//! Clicks, claims, customers, and whom they belong to.

pub mod attributions;
pub mod claims;
pub mod customers;
pub mod identities;
pub mod touches;
