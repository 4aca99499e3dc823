//! The time asked about is older than what is kept.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let Some(since) = case.facts.kept_since.filter(|since| case.moment() < *since) else { return Finding::Silent };
    if case.is_theirs() {
        return Finding::Silent;
    }
    Draft::unknown(Cause::EvidenceExpired, 90)
        .because(format!("Clicks and page views before {} are no longer kept.", case.when(since)), CiteKind::Policy, "")
        .missing("Does the partner or the customer have a record of that time?")
        .holds()
}
