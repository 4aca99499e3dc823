//! Case 3: the browser keeps no cookies. What the snippet wrote and could not read back is determined for that page view;
//! that the page view was this customer's is probable.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::facts::Kept;
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::CookiesBlocked;
    let landed = case.fits.iter().filter_map(|click| case.landing_of(click).map(|landing| (*click, landing)));
    let blocked: Vec<_> = landed.filter(|(_, landing)| landing.cookie == Kept::No).collect();
    let hinted = case.page_sign_up().is_some_and(|sign_up| sign_up.problems.contains(&cause));
    if !case.came_without_their_click() {
        return Finding::Silent;
    }
    let agent = case.agent();
    let fitting = blocked.iter().find(|(_, landing)| agent.is_none_or(|agent| agent.may_be(&landing.agent)));
    let Some((click, landing)) = fitting.or(blocked.first()) else {
        let read_back = case.fits.iter().find_map(|click| case.landing_of(click)).filter(|one| one.cookie == Kept::Yes);
        if let (false, Some(landing)) = (hinted, read_back) {
            let text = "The cookie was written and read back on arrival.";
            return ruled_out(cause, text, CiteKind::Landing, landing.key.clone());
        }
        let (true, Some(click)) = (hinted, case.fits.first()) else { return Finding::Silent };
        return Draft::probable(cause, 58)
            .because("The page of the sign-up said that no cookie could be kept.", CiteKind::Hint, "")
            .all(case.cite_fits())
            .missing("Does the customer block cookies in the browser?")
            .rivals(&[Cause::DifferentBrowserOrDevice])
            .had(Change::SignUpBroughtClick { click: click.id }, KEPT)
            .holds();
    };
    // What the page's storage held would have reached a sign-up on the same host.
    let same_host =
        case.page_sign_up().and_then(|sign_up| sign_up.page.as_ref()).is_none_or(|page| page.host == landing.page.host);
    let strength = match (fitting.is_some(), landing.storage == Kept::Yes && same_host) {
        (true, true) => 70,
        (true, false) => 88,
        (false, _) => 45,
    };
    let draft = if case.weighs_little() { Draft::unknown(cause, strength) } else { Draft::probable(cause, strength) };
    draft
        .because(
            format!(
                "On arrival, on {}, the cookie was written and could not be read back: this browser keeps none.",
                case.when(landing.at)
            ),
            CiteKind::Landing,
            landing.key.clone(),
        )
        .all(case.cite_sign_up())
        .missing("Was that page view this customer’s? Ask whether the browser blocks cookies.")
        .rivals(&[Cause::DifferentBrowserOrDevice, Cause::CookiesCleared])
        .had(Change::SignUpBroughtClick { click: click.id }, KEPT)
        .holds()
}

const KEPT: &str = "If the browser had kept the cookie, the customer would be this partner’s.";
