//! Landing and payment are on different sites, and the click did not travel along.

use super::public_key_missing::told_change;
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;
use crate::tracking::ClaimSource;
use crate::tracking::cookie::same_site;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::CheckoutOnOtherDomain;
    if !case.came_without_their_click() {
        return Finding::Silent;
    }
    let signed_elsewhere = case.page_sign_up().and_then(|sign_up| sign_up.page.as_ref()).map(|page| page.host.as_str());
    let told_by_provider = case
        .customer()
        .is_some_and(|customer| customer.sign_ups.iter().all(|sign_up| sign_up.source != ClaimSource::Snippet));
    let checkout = case.facts.payments.checkout_host.as_deref().filter(|_| told_by_provider);
    let Some(other) = signed_elsewhere.or(checkout) else { return Finding::Silent };
    let landed = case.fits.iter().find_map(|click| {
        let landing = case.landing_of(click)?;
        (!same_site(&landing.page.host, other)).then_some((click, landing))
    });
    let Some((_, landing)) = landed else { return Finding::Silent };
    Draft::determined(cause, 90)
        .because(
            format!(
                "The customer arrived on {} and bought on {other}, which is another site; cookies stay behind.",
                landing.page.host
            ),
            CiteKind::Landing,
            landing.key.clone(),
        )
        .all(case.cite_fits())
        .had(
            told_change(case),
            "If the click had been handed over to the checkout, the customer would be this partner’s.",
        )
        .holds()
}
