//! The visitor did not consent, so no click may be kept or sent. A lawful loss.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::facts::{ConsentSeen, LandingSeen};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::ConsentNotGiven;
    let refused =
        |landing: &LandingSeen| matches!(landing.consent, ConsentSeen::Denied | ConsentSeen::Awaited) || landing.gpc;
    if let Some(landing) = case.all_arrived().filter(|landing| !refused(landing)) {
        let text = "Every arrival that fits brought its click, which needed no consent or had it.";
        return ruled_out(cause, text, CiteKind::Landing, landing.key.clone());
    }
    if !case.came_without_their_click() {
        return Finding::Silent;
    }
    let by_sign_up = case.page_sign_up().filter(|sign_up| sign_up.without_consent);
    let arrival = case.landings_before().find(|landing| refused(landing));
    let declared =
        case.fits.iter().find(|click| click.gpc && case.agent().is_none_or(|agent| agent.may_be(&click.agent)));
    let strength = match (by_sign_up, arrival, declared) {
        (Some(_), ..) => 87,
        (None, Some(_), _) => 70,
        (None, None, Some(_)) => 64,
        (None, None, None) => return Finding::Silent,
    };
    let draft = if case.fits.is_empty() || case.weighs_little() {
        Draft::unknown(cause, strength)
    } else {
        Draft::probable(cause, strength)
    };
    let mut draft = draft.all(case.cite_fits());
    if let Some(sign_up) = by_sign_up {
        let text = "The page of the sign-up said that consent had not been given, so it sent no click.";
        draft = draft.because(text, CiteKind::SignUp, sign_up.claim.to_string());
    }
    if let Some(landing) = arrival {
        let text = format!("On {} a page was seen without consent, so nothing was kept.", case.when(landing.at));
        draft = draft.because(text, CiteKind::Landing, landing.key.clone());
    }
    if let Some(click) = declared {
        let text = "The browser of a click that fits asks sites not to pass anything on.";
        draft = draft.because(text, CiteKind::Click, click.xid.clone());
    }
    draft
        .missing("Did the customer refuse cookies on the site?")
        .rivals(&[Cause::CookiesBlocked, Cause::DifferentBrowserOrDevice])
        .had(told(case), "If the visitor had consented, the sign-up would have brought the click along.")
        .holds()
}

fn told(case: &Case<'_>) -> Change {
    case.fits.first().map_or(Change::SignUpBroughtAClick, |click| Change::SignUpBroughtClick { click: click.id })
}
