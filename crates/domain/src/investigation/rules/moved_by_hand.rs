//! A person at the company decided whose the customer is.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;
use crate::tracking::AttributionReason;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let (Some(customer), Some(attribution)) = (case.customer(), &case.attribution) else { return Finding::Silent };
    let binding = attribution.current();
    let decided = matches!(binding.reason, AttributionReason::DecidedByPerson | AttributionReason::DecidedOrganic);
    let Some(decision) = customer.decisions.iter().max_by_key(|decision| decision.seq).filter(|_| decided) else {
        return Finding::Silent;
    };
    // Where the decision was for the partner who asks, what stands for them is the better answer.
    let strength = if case.is_theirs() { 50 } else { 96 };
    Draft::determined(Cause::MovedByHand, strength)
        .because(
            format!("On {} a person decided whose this customer is.", case.when(decision.decided_at)),
            CiteKind::Decision,
            decision.seq.to_string(),
        )
        .had(Change::NotDecidedByPerson, "If nobody had decided, the customer would be this partner’s.")
        .holds()
}
