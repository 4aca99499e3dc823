//! Safari shortens what a server sets whose address is far from the site's own. No check of addresses is kept, so this is
//! no more than a question to ask.

use super::itp_seven_day_cap::CAP_DAYS;
use crate::investigation::case::Case;
use crate::investigation::case::days_between;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;
use crate::tracking::agent::Engine;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let (true, Some(agent)) = (case.came_without_click(), case.agent()) else { return Finding::Silent };
    if agent.engine != Engine::Webkit || !case.facts.link_host_on_site {
        return Finding::Silent;
    }
    let same = case.fits.iter().find(|click| click.agent.may_be(&agent));
    let Some(click) = same.filter(|click| days_between(click.at(), case.moment()) >= CAP_DAYS) else {
        return Finding::Silent;
    };
    Draft::unknown(Cause::CnameCap, 38)
        .because(
            "The click was made with Safari more than seven days before the sign-up, and the link’s host may lie far from the site’s.",
            CiteKind::Click,
            click.xid.clone(),
        )
        .missing("Do the link’s host and the site have addresses of one network?")
        .rivals(&[Cause::CookiesCleared, Cause::DifferentBrowserOrDevice])
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If Safari had kept the cookie for the whole window, the customer would be this partner’s.",
        )
        .holds()
}
