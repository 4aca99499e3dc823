//! It is the partner's, and what was earned is paid, payable, waiting, held or declined: nothing was lost. One of five
//! answers, by the commission that stands best.

use crate::earning::CommissionStatus;
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::facts::CommissionSeen;
use crate::investigation::verdict::CiteKind;

/// `tracked`.
pub(super) fn paid_or_payable(case: &Case<'_>) -> Finding {
    answer(case, Cause::Tracked)
}

/// `tracked_and_pending`.
pub(super) fn pending(case: &Case<'_>) -> Finding {
    answer(case, Cause::TrackedAndPending)
}

/// `tracked_and_held`.
pub(super) fn held(case: &Case<'_>) -> Finding {
    answer(case, Cause::TrackedAndHeld)
}

/// `tracked_and_declined`.
pub(super) fn declined(case: &Case<'_>) -> Finding {
    answer(case, Cause::TrackedAndDeclined)
}

fn answer(case: &Case<'_>, cause: Cause) -> Finding {
    let theirs = case.customer().into_iter().flat_map(|customer| &customer.commissions);
    let earned: Vec<&CommissionSeen> =
        theirs.filter(|commission| commission.amount.minor > 0 && case.is_asking(&commission.partner)).collect();
    let Some(best) = earned.iter().copied().min_by_key(|commission| rank(commission.status)) else {
        return match (cause, case.customer()) {
            (Cause::Tracked, Some(customer)) if !case.is_theirs() => ruled_out(
                cause,
                "No commission of this partner’s stands for this customer.",
                CiteKind::Customer,
                customer.id.to_string(),
            ),
            _ => Finding::Silent,
        };
    };
    if cause_of(best.status) != cause {
        return Finding::Silent;
    }
    // A commission that no longer goes with the customer (it was moved) is a fact, but not the answer.
    if !case.is_theirs() && !best.by_hand {
        return Finding::Silent;
    }
    let mut draft = Draft::determined(cause, 90).because(
        format!("A commission of {} stands since {}. {}", best.amount, case.when(best.at), best.status.sentence()),
        CiteKind::Commission,
        best.id.to_string(),
    );
    if let Some(hold) = best.hold.filter(|_| cause == Cause::TrackedAndHeld) {
        draft = draft.because(hold.sentence(), CiteKind::Commission, best.id.to_string());
    }
    draft.holds()
}

const fn cause_of(status: CommissionStatus) -> Cause {
    match status {
        CommissionStatus::Approved
        | CommissionStatus::Invoiced
        | CommissionStatus::Paid
        | CommissionStatus::Recoverable => Cause::Tracked,
        CommissionStatus::Pending | CommissionStatus::Scheduled => Cause::TrackedAndPending,
        CommissionStatus::Hold => Cause::TrackedAndHeld,
        CommissionStatus::Declined => Cause::TrackedAndDeclined,
    }
}

const fn rank(status: CommissionStatus) -> u8 {
    match cause_of(status) {
        Cause::Tracked => 0,
        Cause::TrackedAndPending => 1,
        Cause::TrackedAndHeld => 2,
        _ => 3,
    }
}
