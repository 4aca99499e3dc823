//! A person, or a caller with the secret key, approves, declines, holds or releases a commission.

use super::reckon_customer::{move_commission, reckon_customer};
use crate::app::App;
use crate::clock::Ids;
use crate::store::earning::commissions::{self, Kept, Move};
use crate::store::tracking::identities;
use crate::store::{Conn, Priority, StoreError, UnitError};
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

/// Why a review was refused.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// There is none.
    #[error("there is no such reward")]
    NotFound,
    /// A decline without a reason tells the partner nothing.
    #[error("decline_reason is needed to decline a reward")]
    ReasonMissing,
    /// It cannot go that way.
    #[error(transparent)]
    Refused(#[from] CommissionError),
    /// Somebody else reviewed it at the same moment.
    #[error("this reward was changed by somebody else just now; look again")]
    Raced,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl UnitError for ReviewError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
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
