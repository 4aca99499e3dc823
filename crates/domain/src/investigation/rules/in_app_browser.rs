//! Clicked inside an app's own browser, signed up in the real one: two jars of cookies.

use crate::investigation::case::Case;
use crate::investigation::case::agent_words;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let (true, Some(agent)) = (case.came_without_click(), case.agent()) else { return Finding::Silent };
    let soon = |at: crate::time::Instant| case.moment() <= at.plus_days(1);
    let inside = case.fits.iter().find(|click| click.in_app.is_some() && soon(click.at()));
    let Some((click, app)) = inside.and_then(|click| click.in_app.as_ref().map(|app| (click, app))) else {
        return Finding::Silent;
    };
    let cause = Cause::InAppBrowser;
    let draft = if case.weighs_little() { Draft::unknown(cause, 50) } else { Draft::probable(cause, 79) };
    draft
        .because(
            format!(
                "A click of {} was made inside the app {app}, and the sign-up soon after with {}.",
                case.when(click.at()),
                agent_words(&agent)
            ),
            CiteKind::Click,
            click.xid.clone(),
        )
        .all(case.cite_sign_up())
        .missing("Did the customer open the link inside an app, and continue in the normal browser?")
        .rivals(&[Cause::DifferentBrowserOrDevice])
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If the customer had signed up inside the app, the customer would be this partner’s.",
        )
        .holds()
}
