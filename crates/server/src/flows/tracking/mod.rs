//! Sign-ups become claims, claims become customers, and customers belong to partners.

pub mod add_provider_key;
pub mod find_customer;
pub mod presented;
pub mod record_claim;
pub mod record_customer;
pub mod resolve_customer;
pub mod sign_up;
pub mod try_snippet;
pub mod update_customer;
