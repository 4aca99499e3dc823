//! Money given back: single refunds, and a provider's running totals.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all};
use std::collections::{BTreeMap, BTreeSet};
use whence_domain::earning::{Refund, RefundStatus, RefundTotal, Refunds};
use whence_domain::{Currency, CustomerId, EventId, Instant, RefundId, Tenant, TransactionId};

/// What a provider said of a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// Of a single one.
    Single(Refund),
    /// Of all of a payment's together.
    Total(RefundTotal),
}

/// A provider's word, to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRefund {
    /// Its id.
    pub id: RefundId,
    /// Who said so.
    pub source: String,
    /// The payment, once it is known.
    pub transaction: Option<TransactionId>,
    /// A name of the payment, by which it is found when it arrives.
    pub reference: String,
    /// What was said.
    pub word: Word,
    /// Its currency.
    pub currency: Currency,
    /// The event it came in.
    pub event: Option<EventId>,
    /// When we learned of it.
    pub recorded_at: Instant,
}

#[derive(sqlx::FromRow)]
struct Row {
    key: String,
    kind: String,
    transaction_id: String,
    amount: i64,
    status: String,
    provider_at: i64,
    occurred_at: i64,
}

const SINGLE: &str = "single";
const TOTAL: &str = "total";

/// Keeps a word. Of a single refund the provider's latest word stands; running totals are kept side by side. Any word, also
/// one that no longer stands, may be the first to say of which payment it is.
pub async fn upsert(conn: &mut Conn, tenant: &Tenant, refund: &NewRefund) -> Result<(), StoreError> {
    let (kind, key, minor, status, said_at, made_at) = match &refund.word {
        Word::Single(single) => {
            (SINGLE, single.key.clone(), single.minor, single.status.code(), single.said_at, single.made_at)
        }
        Word::Total(total) => {
            let key = format!("total:{}:{}:{}", refund.reference, total.said_at.micros(), total.minor);
            (TOTAL, key, total.minor, RefundStatus::Succeeded.code(), total.said_at, total.said_at)
        }
    };
    execute!(
        conn,
        "refunds.upsert",
        refund.id.as_str(),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        &refund.source,
        &key,
        kind,
        refund.transaction.as_ref().map(TransactionId::as_str),
        &refund.reference,
        minor,
        refund.currency.code(),
        status,
        refund.event.as_ref().map(EventId::as_str),
        said_at.micros(),
        made_at.micros(),
        refund.recorded_at.micros()
    )?;
    if let Some(transaction) = &refund.transaction {
        let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
        execute!(conn, "refunds.attach_word", program, mode, &refund.source, &key, transaction.as_str())?;
    }
    Ok(())
}

/// Gives refunds that waited under one of these names to the payment that they mean.
pub async fn attach(
    conn: &mut Conn,
    tenant: &Tenant,
    source: &str,
    names: &BTreeSet<String>,
    transaction: &TransactionId,
) -> Result<(), StoreError> {
    for name in names {
        execute!(
            conn,
            "refunds.attach",
            tenant.program.as_str(),
            tenant.mode.as_str(),
            source,
            name,
            transaction.as_str()
        )?;
    }
    Ok(())
}

/// What was given back of each of a customer's payments.
pub async fn list_of_customer(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
) -> Result<BTreeMap<TransactionId, Refunds>, StoreError> {
    let rows = fetch_all!(
        conn,
        Row,
        "refunds.list_of_customer",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        customer.as_str()
    )?;
    let mut all: BTreeMap<TransactionId, Refunds> = BTreeMap::new();
    for row in rows {
        let refunds = all.entry(TransactionId::from_stored(row.transaction_id)).or_default();
        let said_at = Instant::from_micros(row.provider_at);
        if row.kind == TOTAL {
            refunds.totals.push(RefundTotal { minor: row.amount, said_at });
        } else {
            let status = RefundStatus::parse(&row.status).ok_or_else(|| StoreError::corrupt("refund", &row.status))?;
            let made_at = Instant::from_micros(row.occurred_at);
            refunds.single.push(Refund { key: row.key, minor: row.amount, status, made_at, said_at });
        }
    }
    Ok(all)
}
