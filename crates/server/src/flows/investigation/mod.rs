//! Why something did or did not track: whom a question is about, what is known of it, and what the rules say.

pub mod check_link;
mod find_candidates;
pub mod investigate;
mod load_facts;
mod period;
mod read_page;
mod resolve;
mod visit_link;
mod walk;
