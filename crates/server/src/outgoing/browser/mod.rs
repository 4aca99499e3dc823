//! The link check's visit with a real Chromium: what no parser of pages sees, such as a tag that a tag manager inserts.
//!
//! A visited page is hostile until proven otherwise, so this is how it is held (`product.md` 4 "Hosts"): off unless the
//! operator turns it on; a Chromium within its own sandbox, as a user that owns nothing else, in a fresh profile that is
//! gone afterwards; every connection through [`proxy`], which judges each address as all outgoing requests are judged; no
//! QUIC, no UDP, http(s) only; bounded time, memory, bytes. Where one of these cannot be had there is no visit, and a
//! sentence that says what to do.

mod chromium;
mod devtools;
mod limits;
mod own_user;
mod page;
mod processes;
pub mod proxy;
mod rules;
mod seen;
mod visit;

pub use chromium::Unavailable;
pub use limits::Limits;
pub use rules::{OWN_PARAMETER, OurHosts};
pub use visit::{VisitError, VisitRequest, probe, visit};

use std::path::PathBuf;

/// What the operator says about visits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrowserSettings {
    /// Whether there are visits at all.
    pub enabled: bool,
    /// The Chromium to use; one of the usual places if absent.
    pub chromium: Option<PathBuf>,
    /// What one may take.
    pub limits: Limits,
}
