//! Sign-ups become claims, claims become customers, and customers belong to partners.

pub mod presented;
pub mod record_claim;
pub mod resolve_customer;
pub mod sign_up;
