//! A person, or a caller with the secret key, approves, declines, holds or releases a commission.

use super::reckon_customer::{move_commission, reckon_customer};
use crate::app::App;
use crate::clock::Ids;
use crate::refusals;
use crate::store::earning::commissions::{self, Kept, Move};
use crate::store::tracking::identities;
use crate::store::{Conn, Priority};
use whence_domain::earning::{
    Commission, CommissionError, CommissionStatus, HoldReason, StatusChange, Verdict, decide, review,
};
use whence_domain::{CommissionId, Instant, Tenant};

/// What is said of a commission.
#[derive(Clone, Debug)]
pub struct Review {
    /// Whose data.
    pub tenant: Tenant,
    /// Which commission.
    pub commission: CommissionId,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, if it is declined.
    pub reason: Option<String>,
}

refusals! {
    /// Why a review was refused.
    pub enum ReviewError {
        NotFound = Missing, "reward_not_found", "", "There is no such reward.";
        ReasonMissing = Invalid, "decline_reason_missing", "decline_reason",
            "A decline needs its reason: the partner sees it.";
        Declined = Conflict, "commission_declined", "", "A declined reward stays declined; make a new one instead.";
        Invoiced = Conflict, "commission_invoiced", "",
            "This reward is on a closed invoice; correct it with a negative one.";
        Scheduled = Conflict, "commission_scheduled", "", "This reward is not due yet.";
        NotOnHold = Conflict, "commission_not_on_hold", "", "This reward is not on hold.";
        Raced = Conflict, "commission_changed", "", "Somebody else changed this reward just now; look again.";
    }
}

impl From<CommissionError> for ReviewError {
    fn from(error: CommissionError) -> Self {
        match error {
            CommissionError::Declined => Self::Declined,
            CommissionError::Invoiced => Self::Invoiced,
            CommissionError::Scheduled => Self::Scheduled,
            CommissionError::NotOnHold => Self::NotOnHold,
        }
    }
}

struct Input {
    review: Review,
    ids: Ids,
    now: Instant,
}

/// Does as the review says. The same review again changes nothing.
///
/// # Errors
/// Why it was refused.
pub async fn review_commission(app: &App, review: Review) -> Result<Kept, ReviewError> {
    let now = app.now();
    let input = Input { review, ids: Ids::at(now), now };
    app.store.write(Priority::Money, input, |conn, input| Box::pin(apply(conn, input))).await
}

async fn apply(conn: &mut Conn, input: &Input) -> Result<Kept, ReviewError> {
    let Input { review: Review { tenant, commission, verdict, reason }, ids, now } = input;
    if *verdict == Verdict::Decline && reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        return Err(ReviewError::ReasonMissing);
    }
    let kept = commissions::find(conn, tenant, commission).await?.ok_or(ReviewError::NotFound)?;
    if let Some(customer) = &kept.customer {
        identities::bump(conn, tenant, &[customer.to_string()]).await?;
    }
    let moves = moves_of(conn, tenant, &kept, *verdict).await?;
    for (moved, change) in &moves {
        let step = Move {
            id: &moved.id,
            from: change.from,
            to: change.to,
            hold: change.hold,
            decline_reason: reason.as_deref().filter(|_| change.to == CommissionStatus::Declined),
        };
        if !move_commission(conn, tenant, moved, &step, ids, *now).await? {
            return Err(ReviewError::Raced);
        }
    }
    // What was held back or declined may have been waiting on other rules, or others on it.
    if let Some(customer) = kept.customer.as_ref().filter(|_| !moves.is_empty()) {
        reckon_customer(conn, tenant, customer, ids, *now).await?;
    }
    commissions::find(conn, tenant, commission).await?.ok_or(ReviewError::NotFound)
}

/// What the verdict moves: the commission itself, and of one that an offer made also what was taken back of it.
async fn moves_of(
    conn: &mut Conn,
    tenant: &Tenant,
    kept: &Kept,
    verdict: Verdict,
) -> Result<Vec<(Kept, StatusChange)>, ReviewError> {
    let (Some(earned), Some(customer)) = (kept.as_earned(), &kept.customer) else {
        let to = decide(kept.status, verdict)?;
        let hold = (to == CommissionStatus::Hold).then_some(HoldReason::ByPerson);
        let change = StatusChange { commission: kept.id.clone(), from: kept.status, to, hold };
        let moved = (to, hold) != (kept.status, kept.hold);
        return Ok(if moved { vec![(kept.clone(), change)] } else { Vec::new() });
    };
    let rows = commissions::list_of_customer(conn, tenant, customer).await?;
    let earned_rows: Vec<Commission> = rows.iter().filter_map(Kept::as_earned).collect();
    let changes = review(&earned_rows, &earned, verdict)?;
    let row_of = |change: &StatusChange| rows.iter().find(|row| row.id == change.commission).cloned();
    Ok(changes.into_iter().filter_map(|change| row_of(&change).map(|row| (row, change))).collect())
}
