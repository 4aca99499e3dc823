//! A sale without any trace on the web: by phone, by invoice, by a printed address.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;
use crate::tracking::ClaimSource;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let (true, Some(customer)) = (case.came_without_click(), case.customer()) else { return Finding::Silent };
    let on_web = customer.sign_ups.iter().any(|sign_up| sign_up.source == ClaimSource::Snippet);
    if on_web || !case.fits.is_empty() || case.facts.landings.iter().any(|landing| landing.at <= case.moment()) {
        return Finding::Silent;
    }
    Draft::unknown(Cause::OfflineSale, 33)
        .because(
            "The customer is known from the company’s server or payment provider alone; no page tells of a visit.",
            CiteKind::Customer,
            customer.id.to_string(),
        )
        .missing("How did the customer buy: on the site, by phone, or by invoice?")
        .rivals(&[Cause::UrlTypedDirectly, Cause::SignupCallMissing])
        .had(
            Change::SignUpBroughtAClick,
            "If the customer had come by the partner’s link, the customer would be this partner’s.",
        )
        .holds()
}
