//! Case 1: another partner's click was last. Proven when the later click's own request, or the sign-up, still carried the
//! earlier id; otherwise no id joins the partner's clicks to this customer.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::verdict::CiteKind;
use crate::tracking::{AttributionReason, TouchWhy};

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::AnotherPartnerClickedLater;
    let (Some(attribution), true) = (&case.attribution, case.somebody_asks()) else { return Finding::Silent };
    let binding = attribution.current();
    let by_click = matches!(binding.reason, AttributionReason::LastClick | AttributionReason::LastClickAfterPayment);
    if case.is_theirs() || binding.partner.is_none() {
        let text = "No other partner has this customer by a later click.";
        return ruled_out(cause, text, CiteKind::Customer, case.customer().map_or("", |customer| customer.id.as_str()));
    }
    let (true, Some(winner)) = (by_click, attribution.touches.iter().find(|touch| touch.won)) else {
        return Finding::Silent;
    };
    let won = format!("The last click before the sign-up was on another partner’s link, on {}.", case.when(winner.at));
    let had = "If the later click on the other partner’s link had not been made, the customer would be this partner’s.";
    if let Some(lost) = case.touch_judged(&[TouchWhy::EarlierClick, TouchWhy::WonEarlierPayments]) {
        return Draft::determined(cause, 95)
            .of_their_own()
            .because(won, CiteKind::Click, winner.xid.clone())
            .because(
                format!("The same browser had followed this partner’s link before, on {}.", case.when(lost.at)),
                CiteKind::Click,
                lost.xid.clone(),
            )
            .had(Change::NoOtherPartnersClick, had)
            .holds();
    }
    let Some(earlier) = case.fits.iter().find(|click| click.at() < winner.at) else { return Finding::Silent };
    Draft::probable(cause, 85)
        .because(won, CiteKind::Click, winner.xid.clone())
        .all(case.cite_fits())
        .missing(
            "Did the customer follow this partner’s link first, and the other partner’s later, in the same browser?",
        )
        .rivals(&[Cause::DifferentBrowserOrDevice, Cause::CookiesCleared])
        .had(Change::NoOtherPartnersClick, had)
        .had(Change::SignUpBroughtClick { click: earlier.id }, had)
        .holds()
}
