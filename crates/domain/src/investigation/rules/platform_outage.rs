//! Whence itself did not take anything in at that time, as its own log says.

use super::public_key_missing::told_change;
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    if !case.may_be_lost() {
        return Finding::Silent;
    }
    let Some(outage) = case.facts.outages.iter().find(|outage| outage.contains(case.moment())) else {
        return Finding::Silent;
    };
    Draft::determined(Cause::PlatformOutage, 98)
        .because(
            format!("Whence took nothing in from {} to {}.", case.when(outage.start), case.when(outage.end)),
            CiteKind::Policy,
            "",
        )
        .had(told_change(case), "If Whence had been there, the sign-up would have been taken in.")
        .holds()
}
