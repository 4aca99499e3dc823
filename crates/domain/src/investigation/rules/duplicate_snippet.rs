//! Two snippets run on one page. A check that finds both determines it.

use super::told_by_snippet::{Told, answer};
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let told = Told {
        cause: Cause::DuplicateSnippet,
        strength: 50,
        what: "another snippet runs on the same page",
        missing: "Is the tag on the page twice?",
        had: "With one snippet on the page, the sign-up would have brought the click along.",
    };
    let (true, Some((click, check))) = (case.may_be_lost(), case.checked(|check| check.duplicate)) else {
        return answer(case, &told);
    };
    Draft::of_click(case, told.cause, 58, click)
        .because(
            format!("A check on {} found the snippet on the page twice.", case.when(check.at)),
            CiteKind::LinkCheck,
            check.key.clone(),
        )
        .all(case.cite_fits())
        .had(Change::SignUpBroughtClick { click: click.id }, told.had)
        .holds()
}
