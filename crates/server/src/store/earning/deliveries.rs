//! Verified deliveries of payment providers, kept whole before they are read.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_optional};
use whence_domain::{EventId, Instant, Tenant};

/// A verified delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// `stripe`, …
    pub provider: &'static str,
    /// The provider's id of the event: what makes a second delivery a duplicate.
    pub provider_event_id: String,
    /// Our event.
    pub event: EventId,
    /// The address it came to.
    pub endpoint_key: String,
    /// The provider's word for what happened.
    pub kind: String,
    /// The raw body.
    pub body: String,
    /// When the provider made it.
    pub provider_at: Instant,
    /// When it came.
    pub received_at: Instant,
}

/// What is known of a delivery after it was kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Kept {
    /// The event of the first delivery.
    pub event_id: String,
    /// How often it has come.
    pub deliveries: i64,
    /// When it was processed, if it was.
    pub processed_at: Option<i64>,
}

/// Keeps a delivery; of one that came before, counts that it came again.
pub async fn insert(conn: &mut Conn, tenant: &Tenant, delivery: &Delivery) -> Result<Kept, StoreError> {
    fetch_optional!(
        conn,
        Kept,
        "deliveries.insert",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        delivery.provider,
        &delivery.provider_event_id,
        delivery.event.as_str(),
        &delivery.endpoint_key,
        &delivery.kind,
        &delivery.body,
        delivery.provider_at.micros(),
        delivery.received_at.micros()
    )?
    .ok_or_else(|| StoreError::corrupt("delivery", "an upsert answered no row"))
}

/// Notes what became of a delivery.
pub async fn mark_processed(
    conn: &mut Conn,
    tenant: &Tenant,
    delivery: &Delivery,
    outcome: &str,
    cause: &str,
) -> Result<(), StoreError> {
    execute!(
        conn,
        "deliveries.mark_processed",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        delivery.provider,
        &delivery.provider_event_id,
        delivery.received_at.micros(),
        outcome,
        cause
    )?;
    Ok(())
}
