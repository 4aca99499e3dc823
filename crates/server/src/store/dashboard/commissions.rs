//! The list of commissions, with whom they are for and on whom.

use super::figures::currency;
use super::{PartnerName, customer_name};
use crate::fetch_all;
use crate::store::{Conn, StoreError};
use whence_domain::earning::{CommissionStatus, HoldReason};
use whence_domain::{CommissionId, CustomerId, Instant, Money, PartnerId, Tenant};

/// Which commissions the list holds; what is absent leaves all in.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those that stand here.
    pub status: Option<CommissionStatus>,
    /// Those of one partner.
    pub partner: Option<PartnerId>,
    /// Those on one customer.
    pub customer: Option<CustomerId>,
    /// This one.
    pub id: Option<CommissionId>,
    /// Those older than this one.
    pub after: Option<CommissionId>,
}

/// A commission in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: CommissionId,
    /// Who earns it.
    pub partner: PartnerName,
    /// On whom.
    pub customer: Option<(CustomerId, String)>,
    /// Whether an offer made it, not a person.
    pub by_offer: bool,
    /// How much.
    pub amount: Money,
    /// What partners read.
    pub description: String,
    /// Where it stands.
    pub status: CommissionStatus,
    /// Why it is held.
    pub hold: Option<HoldReason>,
    /// Until when it waits.
    pub release_at: Option<Instant>,
    /// Why it was declined.
    pub decline_reason: Option<String>,
    /// When it was posted.
    pub created_at: Instant,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    partner_id: String,
    customer_id: Option<String>,
    amount: i64,
    currency: String,
    description: String,
    status: String,
    hold_reason: Option<String>,
    decline_reason: Option<String>,
    release_at: Option<i64>,
    created_at: i64,
    offer_id: Option<String>,
    partner_first_name: Option<String>,
    partner_last_name: Option<String>,
    partner_email: Option<String>,
    customer_name: Option<String>,
    customer_email: Option<String>,
    customer_key: Option<String>,
}

impl Row {
    fn read(self) -> Result<Listed, StoreError> {
        let broken = |why: &str| StoreError::corrupt("commission", why);
        let partner =
            PartnerName::of(Some(self.partner_id), self.partner_first_name, self.partner_last_name, self.partner_email);
        let called = customer_name(self.customer_name, self.customer_email, self.customer_key);
        let hold = self.hold_reason.map(|code| HoldReason::parse(&code).ok_or_else(|| broken(&code))).transpose()?;
        Ok(Listed {
            id: CommissionId::from_stored(self.id),
            partner: partner.ok_or_else(|| broken("it has no partner"))?,
            customer: self.customer_id.map(|id| (CustomerId::from_stored(id), called)),
            by_offer: self.offer_id.is_some(),
            amount: Money::new(self.amount, currency(&self.currency)?),
            description: self.description,
            status: CommissionStatus::parse(&self.status).ok_or_else(|| broken(&self.status))?,
            hold,
            release_at: self.release_at.map(Instant::from_micros),
            decline_reason: self.decline_reason,
            created_at: Instant::from_micros(self.created_at),
        })
    }
}

/// The commissions that the filter leaves in, newest first, at most `limit`.
pub async fn list(conn: &mut Conn, tenant: &Tenant, filter: &Filter, limit: i64) -> Result<Vec<Listed>, StoreError> {
    fetch_all!(
        conn,
        Row,
        "dashboard.commissions",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        filter.status.map(CommissionStatus::code),
        filter.partner.as_ref().map(PartnerId::as_str),
        filter.customer.as_ref().map(CustomerId::as_str),
        filter.id.as_ref().map(CommissionId::as_str),
        filter.after.as_ref().map(CommissionId::as_str),
        limit
    )?
    .into_iter()
    .map(Row::read)
    .collect()
}
