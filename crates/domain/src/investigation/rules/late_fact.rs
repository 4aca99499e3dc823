//! It became known after the matter was settled: by a person's decision, or by the closing of an invoice.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;
use crate::tracking::TouchWhy;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let Some(attribution) = case.attribution.as_ref().filter(|_| !case.is_theirs()) else { return Finding::Silent };
    let late = case.touch_judged(&[TouchWhy::LateFact]);
    let Some(touch) = late.filter(|_| attribution.settled) else { return Finding::Silent };
    Draft::determined(Cause::LateFact, 97)
        .because(
            format!("The click of {} became known after the matter had been settled.", case.when(touch.at)),
            CiteKind::Click,
            touch.xid.clone(),
        )
        .had(
            Change::KnownBeforeSettlement,
            "If it had been known before the matter was settled, the customer would be this partner’s.",
        )
        .holds()
}
