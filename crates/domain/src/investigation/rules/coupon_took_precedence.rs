//! A coupon of another partner's decided.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;
use crate::tracking::AttributionSource;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let (false, Some(customer), Some(attribution)) = (case.is_theirs(), case.customer(), &case.attribution) else {
        return Finding::Silent;
    };
    if attribution.current().source != AttributionSource::Coupon {
        return Finding::Silent;
    }
    Draft::determined(Cause::CouponTookPrecedence, 93)
        .because("A coupon decided whose this customer is.", CiteKind::Customer, customer.id.to_string())
        .holds()
}
