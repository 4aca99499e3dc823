//! The link leads to a host that is not among the company's sites, where its snippet is refused.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::DestinationNotAllowed;
    let (Some((click, check)), true) = (case.checked(|check| check.not_allowed), case.may_be_lost()) else {
        return Finding::Silent;
    };
    Draft::of_click(case, cause, 86, click)
        .because(
            format!("The link leads to {}, which is none of the program’s sites.", check.page.host),
            CiteKind::LinkCheck,
            check.key.clone(),
        )
        .all(case.cite_fits())
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If the link led to one of the company’s sites, the snippet would have kept the click.",
        )
        .holds()
}
