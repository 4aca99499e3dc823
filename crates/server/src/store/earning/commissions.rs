//! Commissions: what partners earned. No amount is ever updated.

use crate::store::{Conn, Listed, Page, StoreError};
use crate::{execute, fetch_all, fetch_optional, list_page};
use whence_domain::earning::{Commission, CommissionStatus, EarningSource, HoldReason, PostingKind, Trigger};
use whence_domain::{
    CommissionId, Currency, CustomerId, GroupId, Instant, Mode, Money, OfferId, PartnerId, ProgramId, Tenant,
    TransactionId,
};

/// The word that stands for a trigger where a person made the commission.
const BY_HAND: &str = "manual";

/// What made a commission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MadeBy {
    /// An offer.
    Offer {
        /// What earned it.
        source: EarningSource,
        /// Which offer.
        offer: OfferId,
        /// Which version of it.
        version: i64,
        /// The number of the entry in its group.
        seq: i64,
    },
    /// A person.
    Hand,
}

/// A commission as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: CommissionId,
    /// Unique per tenant: what makes a repeat the same entry.
    pub key: String,
    /// Whose it is.
    pub partner: PartnerId,
    /// On which customer.
    pub customer: Option<CustomerId>,
    /// On which payment.
    pub transaction: Option<TransactionId>,
    /// What made it.
    pub made_by: MadeBy,
    /// What it is to its group.
    pub kind: PostingKind,
    /// How much.
    pub amount: Money,
    /// What partners read.
    pub description: String,
    /// Where it stands.
    pub status: CommissionStatus,
    /// Why it is held back.
    pub hold: Option<HoldReason>,
    /// Why it was declined.
    pub decline_reason: Option<String>,
    /// When its waiting time ends.
    pub release_at: Option<Instant>,
    /// When what earned it happened.
    pub occurred_at: Instant,
    /// When it was posted.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Kept {
    /// As reckoning sees it; none if a person made it.
    pub fn as_earned(&self) -> Option<Commission> {
        let MadeBy::Offer { source, offer, version, seq } = &self.made_by else { return None };
        Some(Commission {
            id: self.id.clone(),
            source: source.clone(),
            offer: offer.clone(),
            offer_version: *version,
            partner: self.partner.clone(),
            seq: *seq,
            kind: self.kind,
            amount: self.amount,
            status: self.status,
            hold: self.hold,
            release_at: self.release_at,
        })
    }
}

/// Which commissions a list holds; every part that is absent leaves all in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those that stand here.
    pub status: Option<CommissionStatus>,
    /// Those on one customer.
    pub customer: Option<CustomerId>,
    /// Those of one partner.
    pub partner: Option<PartnerId>,
    /// Those with exactly this description.
    pub description: Option<String>,
    /// Those of partners that are in this group now.
    pub group: Option<GroupId>,
    /// Those declined with exactly this reason.
    pub decline_reason: Option<String>,
    /// Those whose description has this in it, whatever the case of its plain letters.
    pub keywords: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    partner_id: String,
    customer_id: Option<String>,
    transaction_id: Option<String>,
    trigger_kind: String,
    source_key: String,
    offer_id: Option<String>,
    offer_version: Option<i64>,
    kind: String,
    seq: i64,
    key: String,
    amount: i64,
    currency: String,
    description: String,
    status: String,
    hold_reason: Option<String>,
    decline_reason: Option<String>,
    release_at: Option<i64>,
    occurred_at: i64,
    created_at: i64,
    updated_at: i64,
}

#[derive(sqlx::FromRow)]
struct DueRow {
    program_id: String,
    mode: String,
    customer_id: String,
}

impl Row {
    fn into_kept(self) -> Result<Kept, StoreError> {
        let broken = |why: &str| StoreError::corrupt("commission", why);
        let made_by = match (self.offer_id, self.offer_version) {
            (Some(offer), Some(version)) => MadeBy::Offer {
                source: EarningSource {
                    trigger: Trigger::parse(&self.trigger_kind).ok_or_else(|| broken(&self.trigger_kind))?,
                    key: self.source_key,
                },
                offer: OfferId::from_stored(offer),
                version,
                seq: self.seq,
            },
            _ => MadeBy::Hand,
        };
        Ok(Kept {
            id: CommissionId::from_stored(self.id),
            key: self.key,
            partner: PartnerId::from_stored(self.partner_id),
            customer: self.customer_id.map(CustomerId::from_stored),
            transaction: self.transaction_id.map(TransactionId::from_stored),
            made_by,
            kind: PostingKind::parse(&self.kind).ok_or_else(|| broken(&self.kind))?,
            amount: Money::new(self.amount, Currency::parse(&self.currency).ok_or_else(|| broken(&self.currency))?),
            description: self.description,
            status: CommissionStatus::parse(&self.status).ok_or_else(|| broken(&self.status))?,
            hold: self.hold_reason.map(|code| HoldReason::parse(&code).ok_or_else(|| broken(&code))).transpose()?,
            decline_reason: self.decline_reason,
            release_at: self.release_at.map(Instant::from_micros),
            occurred_at: Instant::from_micros(self.occurred_at),
            created_at: Instant::from_micros(self.created_at),
            updated_at: Instant::from_micros(self.updated_at),
        })
    }
}

/// Keeps a commission; false if this very entry was posted already.
pub async fn insert(
    conn: &mut Conn,
    tenant: &Tenant,
    kept: &Kept,
    attribution: Option<i64>,
) -> Result<bool, StoreError> {
    let (trigger, source_key, offer, version, seq) = match &kept.made_by {
        MadeBy::Offer { source, offer, version, seq } => {
            (source.trigger.code(), source.key.as_str(), Some(offer.as_str()), Some(*version), *seq)
        }
        MadeBy::Hand => (BY_HAND, "", None, None, 1),
    };
    let rows = execute!(
        conn,
        "commissions.insert",
        kept.id.as_str(),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        kept.partner.as_str(),
        kept.customer.as_ref().map(CustomerId::as_str),
        kept.transaction.as_ref().map(TransactionId::as_str),
        trigger,
        source_key,
        offer,
        version,
        kept.kind.code(),
        seq,
        &kept.key,
        kept.amount.minor,
        kept.amount.currency.code(),
        &kept.description,
        kept.status.code(),
        kept.hold.map(HoldReason::code),
        kept.release_at.map(Instant::micros),
        attribution,
        kept.occurred_at.micros(),
        kept.created_at.micros()
    )?;
    Ok(rows == 1)
}

/// The commission with this id.
pub async fn find(conn: &mut Conn, tenant: &Tenant, id: &CommissionId) -> Result<Option<Kept>, StoreError> {
    fetch_optional!(conn, Row, "commissions.find", tenant.program.as_str(), tenant.mode.as_str(), id.as_str())?
        .map(Row::into_kept)
        .transpose()
}

/// The commission with this key.
pub async fn find_by_key(conn: &mut Conn, tenant: &Tenant, key: &str) -> Result<Option<Kept>, StoreError> {
    fetch_optional!(conn, Row, "commissions.find_by_key", tenant.program.as_str(), tenant.mode.as_str(), key)?
        .map(Row::into_kept)
        .transpose()
}

/// Everything earned on a customer, in the order of posting.
pub async fn list_of_customer(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
) -> Result<Vec<Kept>, StoreError> {
    fetch_all!(
        conn,
        Row,
        "commissions.list_of_customer",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        customer.as_str()
    )?
    .into_iter()
    .map(Row::into_kept)
    .collect()
}

/// The pattern of texts that have `words` in them, for `like … escape '!'` against lower-case text.
fn containing(words: &str) -> String {
    let escaped = words.to_ascii_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

/// One page of commissions.
pub async fn list(conn: &mut Conn, tenant: &Tenant, filter: &Filter, page: &Page) -> Result<Listed<Kept>, StoreError> {
    let rows = list_page!(
        conn,
        page,
        Row,
        "commissions.list_down",
        "commissions.list_up",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        filter.status.map(CommissionStatus::code),
        filter.customer.as_ref().map(CustomerId::as_str),
        filter.partner.as_ref().map(PartnerId::as_str),
        filter.description.as_deref(),
        filter.group.as_ref().map(GroupId::as_str),
        filter.decline_reason.as_deref(),
        filter.keywords.as_deref().map(containing)
    )?;
    let rows: Vec<Kept> = rows.into_iter().map(Row::into_kept).collect::<Result<_, _>>()?;
    Ok(page.finish(rows))
}

/// Gives everything earned on one customer to another.
pub async fn move_all(conn: &mut Conn, tenant: &Tenant, from: &CustomerId, to: &CustomerId) -> Result<(), StoreError> {
    execute!(conn, "commissions.move", tenant.program.as_str(), tenant.mode.as_str(), from.as_str(), to.as_str())?;
    Ok(())
}

/// A move of a commission from one status to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move<'a> {
    /// Which commission.
    pub id: &'a CommissionId,
    /// Where it stood.
    pub from: CommissionStatus,
    /// Where it goes.
    pub to: CommissionStatus,
    /// Why it is held back, if it goes on hold.
    pub hold: Option<HoldReason>,
    /// Why it is declined, if it is.
    pub decline_reason: Option<&'a str>,
}

/// Notes where a commission stands now; false if it did not stand where the caller thought.
pub async fn mark_status(
    conn: &mut Conn,
    tenant: &Tenant,
    change: &Move<'_>,
    now: Instant,
) -> Result<bool, StoreError> {
    let rows = execute!(
        conn,
        "commissions.mark_status",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        change.id.as_str(),
        change.from.code(),
        change.to.code(),
        change.hold.map(HoldReason::code),
        change.decline_reason,
        now.micros()
    )?;
    Ok(rows == 1)
}

/// Customers, of any tenant, who have commissions whose waiting time has passed; for the job that reckons them again.
pub async fn list_due(conn: &mut Conn, now: Instant, limit: i64) -> Result<Vec<(Tenant, CustomerId)>, StoreError> {
    fetch_all!(conn, DueRow, "commissions.due_holds", now.micros(), limit)?
        .into_iter()
        .map(|row| {
            let mode = Mode::parse(&row.mode).ok_or_else(|| StoreError::corrupt("commission", &row.mode))?;
            let tenant = Tenant::new(ProgramId::from_stored(row.program_id), mode);
            Ok((tenant, CustomerId::from_stored(row.customer_id)))
        })
        .collect()
}
