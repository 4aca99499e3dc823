//! Why something did or did not track: whom a question is about, what is known of it, and what the rules say.

mod find_candidates;
pub mod investigate;
mod load_facts;
mod period;
mod resolve;
