//! A person, or a caller with the secret key, approves, declines, holds or releases a commission.

use super::reckon_customer::{move_commission, reckon_customer};
use crate::app::App;
use crate::clock::Ids;
use crate::refusals;
use crate::store::earning::commissions::{self, Kept, Move};
use crate::store::tracking::identities;
use crate::store::{Conn, Priority};
use whence_domain::earning::{CommissionError, CommissionStatus, HoldReason, Verdict, decide};
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
    let to = decide(kept.status, *verdict)?;
    if to != kept.status || (to == CommissionStatus::Hold && kept.hold != Some(HoldReason::ByPerson)) {
        let step = Move {
            id: &kept.id,
            from: kept.status,
            to,
            hold: (to == CommissionStatus::Hold).then_some(HoldReason::ByPerson),
            decline_reason: reason.as_deref().filter(|_| to == CommissionStatus::Declined),
        };
        if !move_commission(conn, tenant, &kept, &step, ids, *now).await? {
            return Err(ReviewError::Raced);
        }
        // A decline takes the rest of its group with it, so that what was refused is not earned again.
        if let Some(customer) = &kept.customer {
            reckon_customer(conn, tenant, customer, ids, *now).await?;
        }
    }
    commissions::find(conn, tenant, commission).await?.ok_or(ReviewError::NotFound)
}
