//! The page's own content policy forbids the snippet to load or to report.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::PagePolicyBlocksSnippet;
    let (Some((click, check)), true) = (case.checked(|check| check.policy_blocks), case.may_be_lost()) else {
        return Finding::Silent;
    };
    Draft::of_click(case, cause, 91, click)
        .because(
            format!("A check on {} found a content policy on the page that forbids the snippet.", case.when(check.at)),
            CiteKind::LinkCheck,
            check.key.clone(),
        )
        .all(case.cite_fits())
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If the page’s policy had allowed the snippet, it would have kept the click.",
        )
        .holds()
}
