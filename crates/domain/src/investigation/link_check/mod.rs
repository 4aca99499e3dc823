//! The link check: follow a link as a visitor's browser would, look at the page where it ends, and say line by line what is
//! fine, what is broken with its mend, and what could not be determined.
//!
//! The server fetches ([`RawPage`] and the chain of [`Hop`]s); [`look`] reads the page into [`Facts`], which hold a fixed
//! vocabulary and short escaped excerpts only (`reliability.md` P14) and are what is stored; [`interpret`] turns facts into
//! the [`Checklist`], now or years later. No script is ever run.

mod address;
mod checklist;
mod excerpt;
mod facts;
mod lines;
mod look;
mod overwriting;
mod parameters;
mod policy;
mod schedule;
mod script;
mod seen;
mod tag;
pub mod visit;

pub use address::{Served, Serving};
pub use checklist::{Checklist, Fault, Line, Problem, Subject, Verdict, interpret};
pub use excerpt::{EXCERPT_CHARACTERS, excerpt};
pub use facts::{
    Asked, BlockedBy, ClickFact, CookieFact, Facts, Hop, KeptState, KeyState, LinkState, OverwritingFact, PageFacts,
    PartnerFact, PolicyFact, Summary, TagFact, TagState, Unreached, Via,
};
pub use look::{RawPage, RawScript, look};
pub use parameters::{Carried, lost_between};
pub use schedule::{REST_HOURS, due_at};
pub use seen::seen;
