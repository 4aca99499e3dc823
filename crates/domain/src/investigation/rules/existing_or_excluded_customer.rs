//! The customer was there before the click: an older record, or a payment, comes first.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;
use crate::tracking::TouchWhy;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::ExistingOrExcludedCustomer;
    let (false, Some(customer)) = (case.is_theirs(), case.customer()) else { return Finding::Silent };
    let first_paid = customer.paid.iter().map(|paid| paid.occurred_at).min();
    let had =
        "If the customer had come by the link before paying for the first time, the customer would be this partner’s.";
    if let Some(touch) = case.touch_judged(&[TouchWhy::AfterFirstPayment]) {
        let paid = first_paid.map(|at| case.when(at)).unwrap_or_default();
        return Draft::determined(cause, 95)
            .of_their_own()
            .because(
                format!("The customer had paid on {paid}, before the click of {}.", case.when(touch.at)),
                CiteKind::Click,
                touch.xid.clone(),
            )
            .had(Change::SignUpAfterClick, had)
            .holds();
    }
    if let Some(touch) = case.touch_judged(&[TouchWhy::NeverCounts]) {
        return Draft::determined(cause, 91)
            .of_their_own()
            .because(
                "The click that came along was a test of the link by the company or the partner, which never counts.",
                CiteKind::Click,
                touch.xid.clone(),
            )
            .had(
                Change::SignUpBroughtClick { click: touch.touch },
                "If a visitor had made the click, the customer would be this partner’s.",
            )
            .holds();
    }
    // Somebody who had paid before the partner's first click is a customer whom nobody brought.
    let theirs = |click: &&crate::investigation::facts::ClickSeen| case.is_asking(&click.partner);
    let (Some(first_paid), Some(first_click)) =
        (first_paid, case.facts.clicks.iter().filter(theirs).min_by_key(|click| click.id))
    else {
        return Finding::Silent;
    };
    let listed_all = u64::try_from(case.facts.clicks.len()).unwrap_or(u64::MAX) >= case.facts.click_count;
    if first_click.at() <= first_paid || !case.somebody_asks() || !listed_all {
        return Finding::Silent;
    }
    Draft::probable(cause, 78)
        .because(
            format!(
                "The customer paid on {}, before the first click of this partner that is known, on {}.",
                case.when(first_paid),
                case.when(first_click.at())
            ),
            CiteKind::Click,
            first_click.xid.clone(),
        )
        .missing("Had the customer followed another link of this partner’s before?")
        .rivals(&[Cause::SignupBeforeClick])
        .had(Change::SignUpAfterClick, had)
        .holds()
}
