//! Sign-up and payment name different customers, so that two records stand where one person is.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::{Change, Outcome};
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::facts::{OtherRecord, Shared};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let Some(customer) = case.customer() else { return Finding::Silent };
    let other = match case.outcome {
        // It is theirs and has not paid: another record has the payment.
        Outcome::NotPaid => case.facts.others.iter().find(|other| other.paid),
        // It has paid and is nobody's: another record has the sign-up.
        Outcome::NotTheirs if !customer.paid.is_empty() && case.touches().next().is_none() => {
            case.facts.others.iter().find(|other| signed_up_theirs(case, other))
        }
        _ => None,
    };
    let Some(other) = other else { return Finding::Silent };
    let cause = Cause::CustomerKeyMismatch;
    let draft = match other.shared {
        Shared::Name => Draft::probable(cause, 58).missing("Are both records the same person?"),
        _ => Draft::determined(cause, 96),
    };
    let common = match (other.shared, other.nearly_same_key) {
        (_, true) | (Shared::NearlyTheKey, _) => "Their customer keys differ only in spelling.",
        (Shared::Email, _) => "Both have the same e-mail address, and their customer keys differ.",
        (Shared::Name, _) => "Both have the same name.",
    };
    draft
        .of_their_own()
        .because("One record signed up, and another one paid.", CiteKind::Customer, customer.id.to_string())
        .because(common, CiteKind::Customer, other.customer.to_string())
        .had(
            Change::SameCustomer,
            "If the payment had named the customer who signed up, the partner would have earned.",
        )
        .holds()
}

fn signed_up_theirs(case: &Case<'_>, other: &OtherRecord) -> bool {
    other.signed_up && other.partner.as_ref().is_some_and(|partner| case.is_asking(partner))
}
