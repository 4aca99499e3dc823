//! The names by which a provider speaks of one payment: charge, payment intent, invoice. They are told in any order.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use std::collections::BTreeSet;
use whence_domain::{Tenant, TransactionId};

#[derive(sqlx::FromRow)]
struct OtherRow {
    other: String,
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    transaction_id: String,
}

/// More names of one payment than this are a mistake of somebody's, and are not followed.
const MOST_NAMES: usize = 50;

/// Keeps that all these names mean the same payment.
pub async fn link(conn: &mut Conn, tenant: &Tenant, source: &str, names: &[String]) -> Result<(), StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let Some((first, others)) = names.split_first() else { return Ok(()) };
    for other in others.iter().filter(|other| *other != first) {
        execute!(conn, "references.link", program, mode, source, first, other)?;
        execute!(conn, "references.link", program, mode, source, other, first)?;
    }
    Ok(())
}

/// Every name that means the same payment as one of these, these among them, sorted.
pub async fn closure(
    conn: &mut Conn,
    tenant: &Tenant,
    source: &str,
    names: &[String],
) -> Result<BTreeSet<String>, StoreError> {
    let mut known: BTreeSet<String> = names.iter().cloned().collect();
    let mut waiting: Vec<String> = names.to_vec();
    while let Some(name) = waiting.pop() {
        let rows = fetch_all!(
            conn,
            OtherRow,
            "references.linked",
            tenant.program.as_str(),
            tenant.mode.as_str(),
            source,
            &name
        )?;
        for row in rows {
            if known.len() < MOST_NAMES && known.insert(row.other.clone()) {
                waiting.push(row.other);
            }
        }
    }
    Ok(known)
}

/// The payment that one of these names means, if it has arrived.
pub async fn find_transaction(
    conn: &mut Conn,
    tenant: &Tenant,
    source: &str,
    names: &BTreeSet<String>,
) -> Result<Option<TransactionId>, StoreError> {
    for name in names {
        let row = fetch_optional!(
            conn,
            FoundRow,
            "references.find",
            tenant.program.as_str(),
            tenant.mode.as_str(),
            source,
            name
        )?;
        if let Some(row) = row {
            return Ok(Some(TransactionId::from_stored(row.transaction_id)));
        }
    }
    Ok(None)
}

/// Keeps that these names mean this payment.
pub async fn name_transaction(
    conn: &mut Conn,
    tenant: &Tenant,
    source: &str,
    names: &BTreeSet<String>,
    transaction: &TransactionId,
) -> Result<(), StoreError> {
    for name in names {
        execute!(
            conn,
            "references.insert",
            tenant.program.as_str(),
            tenant.mode.as_str(),
            source,
            name,
            transaction.as_str()
        )?;
    }
    Ok(())
}
