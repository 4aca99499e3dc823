//! No scripts run in the customer's browser. Records cannot tell it from a blocker.

use super::unseen_arrival;
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let Some((click, _)) = unseen_arrival(case) else { return Finding::Silent };
    Draft::unknown(Cause::ScriptsDisabled, 20)
        .all(case.cite_fits())
        .missing("Do scripts run in the customer’s browser, and on the company’s network?")
        .rivals(&[Cause::SnippetBlocked])
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If scripts had run, the snippet would have kept the click.",
        )
        .holds()
}
