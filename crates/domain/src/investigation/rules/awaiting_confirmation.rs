//! A page said that the customer signed up, with the partner's click, and nothing signed has said so yet.

use super::money_may_be_missing;
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let (true, Some(customer), Some(attribution)) = (case.is_theirs(), case.customer(), &case.attribution) else {
        return Finding::Silent;
    };
    if attribution.confirmed {
        return Finding::Silent;
    }
    let cause = Cause::AwaitingConfirmation;
    let draft = if money_may_be_missing(case) { Draft::probable(cause, 70) } else { Draft::determined(cause, 92) };
    draft
        .because(
            format!(
                "A page told on {} that the customer signed up, by this partner’s click.",
                case.when(customer.signed_up_at)
            ),
            CiteKind::Customer,
            customer.id.to_string(),
        )
        .because(
            "Neither the payment provider nor the company’s server has named the customer yet.",
            CiteKind::Customer,
            customer.id.to_string(),
        )
        .missing("Does the company’s own list have this customer?")
        .holds()
}
