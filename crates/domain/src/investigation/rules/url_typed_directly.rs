//! Case 10: the customer typed the address instead of following the link. Typing the partner's *link* does track, so the
//! question is which address was typed.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::UrlTypedDirectly;
    if let Some(touch) = case.touches().next() {
        return ruled_out(cause, "The customer came by the partner’s link.", CiteKind::Click, touch.xid.clone());
    }
    if !case.came_without_click() {
        return Finding::Silent;
    }
    let arrival = case.landings_before().find(|landing| landing.referrer_host.is_none());
    let lonely = case.fits.is_empty() && case.too_old.is_empty();
    let strength = match (&arrival, lonely) {
        (Some(_), true) => 68,
        (None, true) => 30,
        (Some(_), false) => 25,
        (None, false) => return Finding::Silent,
    };
    let is_likely = arrival.is_some() && lonely;
    let mut draft = if is_likely { Draft::probable(cause, strength) } else { Draft::unknown(cause, strength) };
    if let Some(landing) = arrival {
        draft = draft.because(
            format!(
                "On {} the page {}{} was opened directly, without a page before it and without a click.",
                case.when(landing.at),
                landing.page.host,
                landing.page.path
            ),
            CiteKind::Landing,
            landing.key.clone(),
        );
    }
    if lonely {
        draft = draft.because("No click of this partner fits.", CiteKind::Hint, "");
    }
    draft
        .all(case.cite_sign_up())
        .missing("Which address did the customer type or open: the partner’s link, or the company’s own page?")
        .rivals(&[Cause::LinkHostBlocked, Cause::DifferentBrowserOrDevice])
        .had(
            Change::SignUpBroughtAClick,
            "If the customer had come by the partner’s link, the customer would be this partner’s.",
        )
        .holds()
}
