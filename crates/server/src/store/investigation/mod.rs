//! What an investigation reads, beside what other stages already store, and the investigations themselves. Every function
//! here is bounded: it walks along an index and stops at a number of rows.

pub mod candidates;
pub mod investigations;
pub mod link_checks;
pub mod payment_channel;
pub mod seen_clicks;
pub mod seen_visits;
pub mod surroundings;
