//! Case 5: the click was older than the program's window. Determined when its id arrived anyway.

use crate::investigation::case::Case;
use crate::investigation::case::days_between;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::verdict::CiteKind;
use crate::tracking::TouchWhy;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::CookieExpired;
    let window = case.window().days();
    if case.is_theirs() || case.customer().is_none() {
        return Finding::Silent;
    }
    let needed = |at| u32::try_from(days_between(at, case.moment())).unwrap_or(u32::MAX).saturating_add(1);
    let had = |at| {
        let days = needed(at);
        (Change::WindowOf { days }, format!("With a window of {days} days the customer would be this partner’s."))
    };
    if let Some(touch) = case.touch_judged(&[TouchWhy::WindowClosed]) {
        let (change, text) = had(touch.at);
        return Draft::determined(cause, 92)
            .of_their_own()
            .because(
                format!(
                    "The click of {} came along, {} days before the sign-up; the window is {window} days.",
                    case.when(touch.at),
                    days_between(touch.at, case.moment())
                ),
                CiteKind::Click,
                touch.xid.clone(),
            )
            .had(change, text)
            .holds();
    }
    if !case.came_without_their_click() {
        return Finding::Silent;
    }
    if let (Some(recent), true) = (case.fits.first(), case.too_old.is_empty()) {
        let text = format!("No click that fits is older than the window; the latest is of {}.", case.when(recent.at()));
        return ruled_out(cause, text, CiteKind::Click, recent.xid.clone());
    }
    let Some(old) = case.too_old.first() else { return Finding::Silent };
    let (change, text) = had(old.at());
    let many = case.too_old.len();
    // A click within the window would have counted had it come along: then the older one explains less.
    let strength = if case.fits.is_empty() { 76 } else { 44 };
    let clicks = if many == 1 { "One click".to_owned() } else { format!("{many} clicks") };
    Draft::probable(cause, strength)
        .because(
            format!(
                "{clicks} of this partner may have been this customer’s, the latest on {}, {} days before the sign-up; \
                 the window is {window} days.",
                case.when(old.at()),
                days_between(old.at(), case.moment())
            ),
            CiteKind::Click,
            old.xid.clone(),
        )
        .all(case.cite_sign_up())
        .missing("When did the customer follow the link, by their own word?")
        .rivals(&[Cause::DifferentBrowserOrDevice, Cause::CookiesCleared])
        .had(change, text)
        .holds()
}
