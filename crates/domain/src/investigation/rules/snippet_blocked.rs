//! The browser blocks the snippet: the page works for others, and this arrival was never told.

use super::unseen_arrival;
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::SnippetBlocked;
    if let Some(landing) = case.all_arrived() {
        return ruled_out(cause, "The snippet told of the arrival.", CiteKind::Landing, landing.key.clone());
    }
    let Some((click, page)) = unseen_arrival(case) else { return Finding::Silent };
    let draft = if case.weighs_little() { Draft::unknown(cause, 42) } else { Draft::probable(cause, 56) };
    draft
        .because(
            format!(
                "Of other visitors of {}{} the snippet tells, of this arrival it did not.",
                page.page.host, page.page.path
            ),
            CiteKind::Page,
            format!("{}{}", page.page.host, page.page.path),
        )
        .all(case.cite_fits())
        .missing("Does the customer use a blocker? The company’s own record of the visit would show that the page was opened.")
        .rivals(&[Cause::ScriptsDisabled, Cause::ConsentNotGiven])
        .had(Change::SignUpBroughtClick { click: click.id }, "If the snippet had run, it would have kept the click.")
        .holds()
}
