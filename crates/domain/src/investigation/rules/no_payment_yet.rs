//! It is the partner's, and the customer has not paid.

use super::money_may_be_missing;
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Outcome;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let (Outcome::NotPaid, Some(customer)) = (case.outcome, case.customer()) else { return Finding::Silent };
    let confirmed = case.attribution.as_ref().is_some_and(|attribution| attribution.confirmed);
    let has_commission = customer.commissions.iter().any(|one| one.amount.minor > 0 && case.is_asking(&one.partner));
    if !confirmed || has_commission {
        return Finding::Silent;
    }
    let cause = Cause::NoPaymentYet;
    let draft = if money_may_be_missing(case) { Draft::probable(cause, 68) } else { Draft::determined(cause, 88) };
    draft
        .because(
            format!("The customer signed up on {} and is this partner’s.", case.when(customer.signed_up_at)),
            CiteKind::Customer,
            customer.id.to_string(),
        )
        .because("No payment of this customer has arrived.", CiteKind::Customer, customer.id.to_string())
        .missing("Has the customer paid, by the company’s own list?")
        .holds()
}
