//! Why each offer did or did not apply to a payment.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_optional};
use whence_domain::earning::EarningNote;
use whence_domain::{Instant, Tenant, TransactionId};

#[derive(sqlx::FromRow)]
struct Row {
    notes: String,
}

/// Keeps what the last decision said of each offer.
pub async fn upsert(
    conn: &mut Conn,
    tenant: &Tenant,
    transaction: &TransactionId,
    notes: &[EarningNote],
    now: Instant,
) -> Result<(), StoreError> {
    let notes = serde_json::to_string(notes).map_err(|error| StoreError::corrupt("offer note", error))?;
    execute!(
        conn,
        "offer_notes.upsert",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        transaction.as_str(),
        notes,
        now.micros()
    )?;
    Ok(())
}

/// What the last decision said of each offer for this payment.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    transaction: &TransactionId,
) -> Result<Vec<EarningNote>, StoreError> {
    let row = fetch_optional!(
        conn,
        Row,
        "offer_notes.find",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        transaction.as_str()
    )?;
    row.map_or(Ok(Vec::new()), |row| {
        serde_json::from_str(&row.notes).map_err(|error| StoreError::corrupt("offer note", error))
    })
}
