//! Safari keeps a cookie that a script wrote for seven days. No script can read a cookie's expiry, so it is probable.

use crate::investigation::case::Case;
use crate::investigation::case::days_between;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::verdict::CiteKind;
use crate::tracking::agent::Engine;

/// WebKit's cap on what scripts store, in days (webkit.org/tracking-prevention; `browsers.md` A.4).
pub(super) const CAP_DAYS: i64 = 7;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::ItpSevenDayCap;
    let (true, Some(agent)) = (case.came_without_click(), case.agent()) else { return Finding::Silent };
    if agent.engine != Engine::Webkit {
        let key = case.sign_up().map(|sign_up| sign_up.claim.to_string()).unwrap_or_default();
        return ruled_out(cause, "The sign-up was not made with Safari or a browser like it.", CiteKind::SignUp, key);
    }
    let Some(click) = case.fits.iter().find(|click| click.agent.may_be(&agent)) else { return Finding::Silent };
    let days = days_between(click.at(), case.moment());
    if days < CAP_DAYS {
        let text = format!("Only {days} days lie between a click that fits and the sign-up.");
        return ruled_out(cause, text, CiteKind::Click, click.xid.clone());
    }
    if case.facts.link_host_on_site {
        let text =
            "The link’s own answer sets the cookie on the company’s site, which Safari keeps for the whole window.";
        return ruled_out(cause, text, CiteKind::Link, click.link.to_string());
    }
    let draft = if case.weighs_little() { Draft::unknown(cause, 60) } else { Draft::probable(cause, 80) };
    draft
        .all(case.cite_fits())
        .because(
            format!("{days} days lie between the click and the sign-up, and Safari forgets after seven what a page’s script kept."),
            CiteKind::Click,
            click.xid.clone(),
        )
        .all(case.cite_sign_up())
        .missing("Did the customer sign up in the same Safari in which the link was followed?")
        .rivals(&[Cause::CookiesCleared, Cause::DifferentBrowserOrDevice])
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If the link’s host lay on the company’s own site, the cookie would have lasted, and the customer would be this partner’s.",
        )
        .holds()
}
