//! The page that the link leads to answered with an error at that time.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::facts::CheckSeen;
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::DestinationDown;
    let failed = |check: &CheckSeen| check.http_status.is_some_and(|status| status >= 400);
    let (Some((click, check)), true) = (case.checked(failed), case.may_be_lost()) else { return Finding::Silent };
    if case.landing_of(click).is_some() {
        return Finding::Silent;
    }
    Draft::of_click(case, cause, 94, click)
        .because(
            format!(
                "A check on {} was answered with the error {}.",
                case.when(check.at),
                check.http_status.unwrap_or_default()
            ),
            CiteKind::LinkCheck,
            check.key.clone(),
        )
        .all(case.cite_fits())
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If the page had been there, its snippet would have kept the click.",
        )
        .holds()
}
