//! Money was given back, or a provider says how much has been: the word is kept, and what no longer stands is reversed.

use super::reckon_customer::reckon_customer;
use crate::clock::Ids;
use crate::store::earning::refunds::{self, NewRefund, Word};
use crate::store::earning::{references, transactions};
use crate::store::{Conn, StoreError};
use whence_domain::{Currency, CustomerId, EventId, Instant, RefundId, Tenant, TransactionId};

/// A provider's word about refunds, to be kept.
#[derive(Clone, Debug)]
pub struct RefundWord {
    /// Who says so.
    pub source: &'static str,
    /// Names of the payment.
    pub references: Vec<String>,
    /// What is said.
    pub word: Word,
    /// The currency.
    pub currency: Currency,
    /// The event it came in.
    pub event: Option<EventId>,
}

/// Keeps the word and reckons the customer; the payment, if it has arrived. Runs inside a unit of work.
pub async fn record_refund(
    conn: &mut Conn,
    tenant: &Tenant,
    word: &RefundWord,
    ids: &Ids,
    now: Instant,
) -> Result<Option<TransactionId>, StoreError> {
    references::link(conn, tenant, word.source, &word.references).await?;
    let names = references::closure(conn, tenant, word.source, &word.references).await?;
    let transaction = references::find_transaction(conn, tenant, word.source, &names).await?;
    let reference = word.references.first().ok_or_else(|| StoreError::corrupt("refund", "it names no payment"))?;
    let new = NewRefund {
        id: RefundId::from_bits(ids.next()),
        source: word.source.to_owned(),
        transaction: transaction.clone(),
        reference: reference.clone(),
        word: word.word.clone(),
        currency: word.currency,
        event: word.event.clone(),
        recorded_at: now,
    };
    refunds::upsert(conn, tenant, &new).await?;
    if let Some(id) = &transaction {
        reckon_payer(conn, tenant, id, ids, now).await?;
    }
    Ok(transaction)
}

/// Two names were told to mean one payment: refunds that waited under one of them are given to it.
pub async fn join_names(
    conn: &mut Conn,
    tenant: &Tenant,
    source: &str,
    same: &[String],
    ids: &Ids,
    now: Instant,
) -> Result<(), StoreError> {
    references::link(conn, tenant, source, same).await?;
    let names = references::closure(conn, tenant, source, same).await?;
    if let Some(id) = references::find_transaction(conn, tenant, source, &names).await? {
        references::name_transaction(conn, tenant, source, &names, &id).await?;
        refunds::attach(conn, tenant, source, &names, &id).await?;
        reckon_payer(conn, tenant, &id, ids, now).await?;
    }
    Ok(())
}

/// Takes the customer of a payment for this transaction and reckons it.
pub(crate) async fn reckon_payer(
    conn: &mut Conn,
    tenant: &Tenant,
    transaction: &TransactionId,
    ids: &Ids,
    now: Instant,
) -> Result<(), StoreError> {
    let kept = transactions::find(conn, tenant, transaction).await?;
    let Some(customer): Option<CustomerId> = kept.and_then(|kept| kept.customer) else { return Ok(()) };
    crate::store::tracking::identities::bump(conn, tenant, &[customer.to_string()]).await?;
    reckon_customer(conn, tenant, &customer, ids, now).await
}
