//! Transactions: payments by customers.

use crate::store::{Conn, Listed, Page, StoreError};
use crate::{execute, fetch_all, fetch_optional, list_page};
use whence_domain::earning::Refunds;
use whence_domain::earning::Transaction;
use whence_domain::tracking::{CustomerIdentity, CustomerKey};
use whence_domain::{Currency, CustomerId, EventId, Instant, Money, Tenant, TransactionId};

/// A payment as it is kept, before anything that was given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The payment; its refunds are empty here (see [`super::refunds`]).
    pub transaction: Transaction,
    /// Who told us: `api`, `stripe`, …; with the key, what makes a repeat the same payment.
    pub source: String,
    /// Whose it is, once anybody is known by its names.
    pub customer: Option<CustomerId>,
    /// What the caller noted, a JSON object of texts.
    pub metadata: String,
    /// Since when nothing of it is left, if all of it was given back.
    pub given_back_at: Option<Instant>,
    /// A hash of what was sent, so that the same key with other content is a conflict.
    pub input_hash: String,
    /// When we learned of it.
    pub recorded_at: Instant,
}

/// What only the first word about a payment says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The names by which it named its customer.
    pub identity: CustomerIdentity,
    /// The strongest of them.
    pub matched_by: Option<&'static str>,
    /// The event it came in.
    pub event: Option<EventId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    source: String,
    key: String,
    customer_id: Option<String>,
    amount: i64,
    currency: String,
    product_key: Option<String>,
    category_key: Option<String>,
    metadata: String,
    input_hash: String,
    removed_at: Option<i64>,
    given_back_at: Option<i64>,
    occurred_at: i64,
    recorded_at: i64,
}

impl Row {
    fn into_kept(self) -> Result<Kept, StoreError> {
        let currency =
            Currency::parse(&self.currency).ok_or_else(|| StoreError::corrupt("transaction", &self.currency))?;
        Ok(Kept {
            transaction: Transaction {
                id: TransactionId::from_stored(self.id),
                key: self.key,
                amount: Money::new(self.amount, currency),
                product_key: self.product_key,
                category_key: self.category_key,
                occurred_at: Instant::from_micros(self.occurred_at),
                removed_at: self.removed_at.map(Instant::from_micros),
                refunds: Refunds::default(),
            },
            source: self.source,
            customer: self.customer_id.map(CustomerId::from_stored),
            metadata: self.metadata,
            given_back_at: self.given_back_at.map(Instant::from_micros),
            input_hash: self.input_hash,
            recorded_at: Instant::from_micros(self.recorded_at),
        })
    }
}

/// Keeps a payment; false if its key is taken, and then nothing was changed.
pub async fn insert(conn: &mut Conn, tenant: &Tenant, kept: &Kept, origin: &Origin) -> Result<bool, StoreError> {
    let payment = &kept.transaction;
    let rows = execute!(
        conn,
        "transactions.insert",
        payment.id.as_str(),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        &kept.source,
        &payment.key,
        kept.customer.as_ref().map(CustomerId::as_str),
        origin.matched_by,
        origin.identity.customer_key.as_ref().map(CustomerKey::as_str),
        origin.identity.email.as_ref().map(whence_domain::program::Email::as_str),
        origin.identity.provider_key.as_ref().map(CustomerKey::as_str),
        payment.amount.minor,
        payment.amount.currency.code(),
        payment.product_key.as_deref(),
        payment.category_key.as_deref(),
        &kept.metadata,
        &kept.input_hash,
        origin.event.as_ref().map(EventId::as_str),
        payment.occurred_at.micros(),
        kept.recorded_at.micros()
    )?;
    Ok(rows == 1)
}

/// The payment with this key from this source.
pub async fn find_by_key(
    conn: &mut Conn,
    tenant: &Tenant,
    source: &str,
    key: &str,
) -> Result<Option<Kept>, StoreError> {
    fetch_optional!(conn, Row, "transactions.find_by_key", tenant.program.as_str(), tenant.mode.as_str(), source, key)?
        .map(Row::into_kept)
        .transpose()
}

/// The payment with this id.
pub async fn find(conn: &mut Conn, tenant: &Tenant, id: &TransactionId) -> Result<Option<Kept>, StoreError> {
    fetch_optional!(conn, Row, "transactions.find", tenant.program.as_str(), tenant.mode.as_str(), id.as_str())?
        .map(Row::into_kept)
        .transpose()
}

/// Everything a customer paid, in the order in which it was paid.
pub async fn list_of_customer(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
) -> Result<Vec<Kept>, StoreError> {
    fetch_all!(
        conn,
        Row,
        "transactions.list_of_customer",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        customer.as_str()
    )?
    .into_iter()
    .map(Row::into_kept)
    .collect()
}

/// One page of payments that stand, perhaps of one customer.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: Option<&CustomerId>,
    page: &Page,
) -> Result<Listed<Kept>, StoreError> {
    let rows = list_page!(
        conn,
        page,
        Row,
        "transactions.list_down",
        "transactions.list_up",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        customer.map(CustomerId::as_str)
    )?;
    let rows: Vec<Kept> = rows.into_iter().map(Row::into_kept).collect::<Result<_, _>>()?;
    Ok(page.finish(rows))
}

/// Gives everything one customer paid to another.
pub async fn move_all(conn: &mut Conn, tenant: &Tenant, from: &CustomerId, to: &CustomerId) -> Result<(), StoreError> {
    execute!(conn, "transactions.move", tenant.program.as_str(), tenant.mode.as_str(), from.as_str(), to.as_str())?;
    Ok(())
}

/// Notes that the company took a payment back.
pub async fn mark_removed(
    conn: &mut Conn,
    tenant: &Tenant,
    id: &TransactionId,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        conn,
        "transactions.mark_removed",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        id.as_str(),
        now.micros()
    )?;
    Ok(())
}

/// The payment that a caller means: by our id, or by the key that the caller or the provider gave it.
pub async fn find_by_identifier(
    conn: &mut Conn,
    tenant: &Tenant,
    identifier: &str,
) -> Result<Option<Kept>, StoreError> {
    if let Some(id) = TransactionId::parse(identifier)
        && let Some(kept) = find(conn, tenant, &id).await?
    {
        return Ok(Some(kept));
    }
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, Row, "transactions.find_by_any_key", program, mode, identifier)?
        .map(Row::into_kept)
        .transpose()
}

/// Notes since when nothing of a payment is left, or that something is again.
pub async fn mark_given_back(
    conn: &mut Conn,
    tenant: &Tenant,
    id: &TransactionId,
    since: Option<Instant>,
) -> Result<(), StoreError> {
    execute!(
        conn,
        "transactions.mark_given_back",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        id.as_str(),
        since.map(Instant::micros)
    )?;
    Ok(())
}
