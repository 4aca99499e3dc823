//! Safari keeps it for one day only where a site that it knows as a tracker decorated the link.

use crate::investigation::case::Case;
use crate::investigation::case::days_between;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;
use crate::tracking::agent::Engine;

use super::itp_seven_day_cap::CAP_DAYS;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let (true, Some(agent)) = (case.came_without_click(), case.agent()) else { return Finding::Silent };
    if agent.engine != Engine::Webkit || case.facts.link_host_on_site {
        return Finding::Silent;
    }
    let Some(click) = case.fits.iter().find(|click| click.agent.may_be(&agent)) else { return Finding::Silent };
    let days = days_between(click.at(), case.moment());
    let Some(referrer) = click.referrer_host.as_ref().filter(|_| (1..CAP_DAYS).contains(&days)) else {
        return Finding::Silent;
    };
    let draft = if case.weighs_little() {
        Draft::unknown(Cause::ItpOneDayCap, 30)
    } else {
        Draft::probable(Cause::ItpOneDayCap, 40)
    };
    draft
        .because(
            format!("The click came from {referrer}, {days} days before the sign-up; from some sites Safari keeps it for one day only."),
            CiteKind::Click,
            click.xid.clone(),
        )
        .missing("Did the customer sign up in the same Safari in which the link was followed?")
        .rivals(&[Cause::CookiesCleared, Cause::DifferentBrowserOrDevice])
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If the link’s host lay on the company’s own site, the cookie would have lasted, and the customer would be this partner’s.",
        )
        .holds()
}
