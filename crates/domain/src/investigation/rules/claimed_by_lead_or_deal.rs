//! A lead or deal that another partner had submitted decided.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;
use crate::tracking::AttributionSource;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let (false, Some(customer), Some(attribution)) = (case.is_theirs(), case.customer(), &case.attribution) else {
        return Finding::Silent;
    };
    if attribution.current().source != AttributionSource::Lead {
        return Finding::Silent;
    }
    Draft::determined(Cause::ClaimedByLeadOrDeal, 93)
        .because(
            "A lead that a partner had submitted decided whose this customer is.",
            CiteKind::Customer,
            customer.id.to_string(),
        )
        .holds()
}
