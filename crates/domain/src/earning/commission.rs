//! Commissions: amounts earned by partners, and the ways they may go. No amount is ever changed: what is taken back is a
//! row of its own with a negative amount.

use super::offer::Trigger;
use crate::closed::closed_list;
use crate::id::{CommissionId, CustomerId, OfferId, PartnerId, TransactionId};
use crate::money::Money;
use crate::time::Instant;
use crate::tracking::AttributionHold;
use serde::{Deserialize, Serialize};

closed_list! {
    /// Where a commission stands, which is also the ledger's account that its money stands in.
    pub enum CommissionStatus {
        Scheduled = "scheduled", "It is not due yet.";
        Hold = "hold", "It is held back, with a reason.";
        Pending = "pending", "It waits for review.";
        Approved = "approved", "It goes on the next invoice.";
        Declined = "declined", "It was refused and is not paid.";
        Invoiced = "invoiced", "It is on a closed invoice.";
        Paid = "paid", "It has been paid.";
        Recoverable = "recoverable", "It takes back what was invoiced or paid already, from the next invoice.";
    }
}

impl CommissionStatus {
    /// The word of the REST API's `reward_status`, which has fewer (`wire.md` 3.4): what is on an invoice or waits to be
    /// netted on one is `approved`.
    pub const fn api_name(self) -> &'static str {
        match self {
            Self::Invoiced | Self::Recoverable => "approved",
            other => other.code(),
        }
    }

    /// Whether a person's review can still change it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Scheduled | Self::Hold | Self::Pending | Self::Approved)
    }
}

closed_list! {
    /// Why a commission is held back.
    pub enum HoldReason {
        ConflictingClaims = "conflicting_claims",
            "Different partners are named for this customer, and clicks cannot say who was last.";
        EmailMatch = "email_match",
            "Only an e-mail address that a browser sent ties this customer to the partner.";
        Unconfirmed = "unconfirmed", "Nobody but a browser has said that this customer signed up.";
        HoldPeriod = "hold_period", "The offer's waiting time has not passed.";
        ByPerson = "by_person", "A person put it on hold.";
    }
}

impl From<AttributionHold> for HoldReason {
    fn from(hold: AttributionHold) -> Self {
        match hold {
            AttributionHold::ConflictingClaims => Self::ConflictingClaims,
            AttributionHold::EmailMatch => Self::EmailMatch,
        }
    }
}

closed_list! {
    /// What a row of the ledger is to its group (source, offer, version, partner).
    pub enum PostingKind {
        Accrual = "accrual", "It was earned.";
        Adjustment = "adjustment", "What was taken back before stands again.";
        Reversal = "reversal", "It takes back what no longer stands.";
        Manual = "manual", "A person made it.";
    }
}

/// What earned: the trigger, and the id of the transaction, customer or other object that pulled it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EarningSource {
    /// What kind of thing.
    pub trigger: Trigger,
    /// Its id, as text.
    pub key: String,
}

impl EarningSource {
    /// A payment.
    pub fn transaction(id: &TransactionId) -> Self {
        Self { trigger: Trigger::Transaction, key: id.as_str().to_owned() }
    }

    /// A sign-up.
    pub fn signup(id: &CustomerId) -> Self {
        Self { trigger: Trigger::Signup, key: id.as_str().to_owned() }
    }

    /// The payment, if it is one.
    pub fn transaction_id(&self) -> Option<TransactionId> {
        (self.trigger == Trigger::Transaction).then(|| TransactionId::from_stored(self.key.clone()))
    }
}

/// A commission that an offer made, as it stands now. Those made by hand are not reckoned and do not come here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commission {
    /// Its id.
    pub id: CommissionId,
    /// What earned it.
    pub source: EarningSource,
    /// Which offer.
    pub offer: OfferId,
    /// Which version of it.
    pub offer_version: i64,
    /// Whose it is.
    pub partner: PartnerId,
    /// Its number in its group, from 1: with the group it makes the row unique, so that one delta is posted once.
    pub seq: i64,
    /// What it is to its group.
    pub kind: PostingKind,
    /// How much; negative for what is taken back.
    pub amount: Money,
    /// Where it stands.
    pub status: CommissionStatus,
    /// Why it is held back, while it is.
    pub hold: Option<HoldReason>,
    /// When the offer's waiting time ends.
    pub release_at: Option<Instant>,
}

/// That a commission goes from one status to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChange {
    /// Which.
    pub commission: CommissionId,
    /// From where.
    pub from: CommissionStatus,
    /// To where.
    pub to: CommissionStatus,
    /// Why it is held back, if it goes on hold.
    pub hold: Option<HoldReason>,
}

/// What a person says of a commission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on the next invoice.
    Approve,
    /// It is not paid.
    Decline,
    /// It is held back.
    Hold,
    /// It waits for review again, off the hold that a person put it on. A reason of the rules' own holds it again.
    Release,
}

impl Verdict {
    /// Reads what the API may set: `approved`, `declined`, `hold` (`product.md` 5), and `pending` to take it off a hold.
    pub fn parse(reward_status: &str) -> Option<Self> {
        match reward_status {
            "approved" => Some(Self::Approve),
            "declined" => Some(Self::Decline),
            "hold" => Some(Self::Hold),
            "pending" => Some(Self::Release),
            _ => None,
        }
    }
}

/// Why a commission cannot go that way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommissionError {
    /// Refused ones stay refused: what was earned after all is a commission of its own.
    #[error("a declined commission stays declined; make a new one instead")]
    Declined,
    /// What is on a closed invoice is never touched; the correction is a row of its own.
    #[error("this commission is on a closed invoice; correct it with a negative commission")]
    Invoiced,
    /// Not due yet.
    #[error("this commission is not due yet")]
    Scheduled,
    /// Only what is held back can be released.
    #[error("this commission is not on hold")]
    NotOnHold,
}

impl CommissionError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Declined => "commission_declined",
            Self::Invoiced => "commission_invoiced",
            Self::Scheduled => "commission_scheduled",
            Self::NotOnHold => "commission_not_on_hold",
        }
    }
}

impl Commission {
    /// Whether both were earned by the same thing, from the same version of the same offer, for the same partner: then they
    /// stand for one amount together.
    pub fn is_grouped_with(&self, other: &Self) -> bool {
        self.source == other.source
            && self.offer == other.offer
            && self.offer_version == other.offer_version
            && self.partner == other.partner
    }
}

/// What a person's verdict on one commission changes: that row, and with it the rows of its group that must stand beside it.
/// A decline takes every open row of the group, since what was taken back of something that is not paid is not paid either;
/// any other verdict takes along the open reversals, so that an approved amount never stands without what was taken back
/// of it. `rows` holds at least the rows of the group, which a customer's rows do. The same verdict again changes nothing.
pub fn review(rows: &[Commission], row: &Commission, verdict: Verdict) -> Result<Vec<StatusChange>, CommissionError> {
    decide(row.status, verdict)?;
    let goes_along = |other: &&Commission| {
        other.id == row.id || (other.is_grouped_with(row) && (verdict == Verdict::Decline || other.amount.minor < 0))
    };
    let mut changes = Vec::new();
    for other in rows.iter().filter(goes_along) {
        // A row that goes along but cannot go that way stays where it is.
        let Ok(to) = decide(other.status, verdict) else { continue };
        let hold = (to == CommissionStatus::Hold).then_some(HoldReason::ByPerson);
        if (to, hold) != (other.status, other.hold) {
            changes.push(StatusChange { commission: other.id.clone(), from: other.status, to, hold });
        }
    }
    Ok(changes)
}

/// Where a person's verdict takes a commission that stands at `status`. The same verdict again changes nothing.
pub fn decide(status: CommissionStatus, verdict: Verdict) -> Result<CommissionStatus, CommissionError> {
    match verdict {
        Verdict::Approve => approve(status),
        Verdict::Decline => decline(status),
        Verdict::Hold => hold(status),
        Verdict::Release => release(status),
    }
}

/// Approves: from hold or pending.
pub fn approve(status: CommissionStatus) -> Result<CommissionStatus, CommissionError> {
    use CommissionStatus as S;
    match status {
        S::Hold | S::Pending | S::Approved => Ok(S::Approved),
        S::Declined => Err(CommissionError::Declined),
        S::Scheduled => Err(CommissionError::Scheduled),
        S::Invoiced | S::Paid | S::Recoverable => Err(CommissionError::Invoiced),
    }
}

/// Declines: whatever is not on a closed invoice.
pub fn decline(status: CommissionStatus) -> Result<CommissionStatus, CommissionError> {
    use CommissionStatus as S;
    match status {
        S::Scheduled | S::Hold | S::Pending | S::Approved | S::Declined => Ok(S::Declined),
        S::Invoiced | S::Paid | S::Recoverable => Err(CommissionError::Invoiced),
    }
}

/// Holds back: from pending or approved.
pub fn hold(status: CommissionStatus) -> Result<CommissionStatus, CommissionError> {
    use CommissionStatus as S;
    match status {
        S::Hold | S::Pending | S::Approved => Ok(S::Hold),
        S::Declined => Err(CommissionError::Declined),
        S::Scheduled => Err(CommissionError::Scheduled),
        S::Invoiced | S::Paid | S::Recoverable => Err(CommissionError::Invoiced),
    }
}

/// Takes off hold, to wait for review again.
pub fn release(status: CommissionStatus) -> Result<CommissionStatus, CommissionError> {
    use CommissionStatus as S;
    match status {
        S::Hold | S::Pending => Ok(S::Pending),
        S::Declined => Err(CommissionError::Declined),
        S::Scheduled | S::Approved => Err(CommissionError::NotOnHold),
        S::Invoiced | S::Paid | S::Recoverable => Err(CommissionError::Invoiced),
    }
}
