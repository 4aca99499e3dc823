//! Why something did or did not track: facts in, verdicts out (`causes.md`).
//!
//! It reads the same stored facts and decisions as everybody else; there is no second log for it. Rules live in `rules/`,
//! one file per cause; each says what the facts say about its cause alone. [`investigate`] ranks what they say. Nothing is
//! determined from an absence, and what somebody merely said explains but never proves.

mod arrival;
mod case;
pub mod cause;
pub mod change;
mod draft;
pub mod facts;
mod investigate;
pub mod letter;
pub mod link_check;
pub mod name_match;
mod next_steps;
pub mod page_name;
pub mod partner_view;
mod rules;
pub mod search_text;
pub mod texts;
mod timeline;
pub mod verdict;
pub mod webhook_health;

pub use arrival::{AttemptRefusal, EventCause};
pub use cause::{Cause, CauseKind};
pub use change::{Change, Outcome};
pub use facts::Facts;
pub use investigate::investigate;
pub use next_steps::next_steps;
pub use verdict::{
    Because, Certainty, CiteKind, Counterfactual, Findings, NextAction, NextStep, RuledOut, TimelineEntry, Verdict,
};
