//! The browser took the link's parameters off the address: the redirect sent them, and the page did not see them.

use crate::investigation::case::Case;
use crate::investigation::case::agent_words;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::facts::ParametersSeen;
use crate::investigation::verdict::CiteKind;

/// How soon after a click its arrival is the same visit, in microseconds.
const SAME_VISIT_MICROS: i64 = 120_000_000;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    if !case.may_be_lost() {
        return Finding::Silent;
    }
    let bare = case.fits.iter().filter(|click| case.landing_of(click).is_none()).find_map(|click| {
        let arrival = case.facts.landings.iter().find(|landing| {
            landing.click.is_none()
                && landing.page.host == click.dest.host
                && landing.agent.may_be(&click.agent)
                && click.at() <= landing.at
                && landing.at <= click.at().plus_micros(SAME_VISIT_MICROS)
        })?;
        let survives = case.checks_of(click).iter().any(|check| check.parameters == ParametersSeen::Kept);
        survives.then_some((*click, arrival))
    });
    let Some((click, arrival)) = bare else { return Finding::Silent };
    let cause = Cause::ParametersStrippedByBrowser;
    let draft = if case.weighs_little() { Draft::unknown(cause, 40) } else { Draft::probable(cause, 62) };
    draft
        .because(
            format!(
                "Right after the click of {} the page was seen by {} without the click, although the address keeps it.",
                case.when(click.at()),
                agent_words(&click.agent)
            ),
            CiteKind::Landing,
            arrival.key.clone(),
        )
        .missing("Does the customer browse privately, or with strict protection?")
        .rivals(&[Cause::ConsentNotGiven, Cause::SnippetLoadedTooLate])
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If the browser had left the address as it was, the snippet would have found the click.",
        )
        .holds()
}
