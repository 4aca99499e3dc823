//! Events: everything that arrived, with what became of it and why.

use crate::execute;
use crate::store::{Conn, StoreError};
use whence_domain::{EventId, Instant, Tenant};

/// Something that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// What it is: `signup`, `charge.succeeded`, `transaction`, …
    pub kind: String,
    /// `recorded`, `duplicate`, `ignored`, `unmatched`, `refused`, `failed`.
    pub outcome: &'static str,
    /// Why, a code or a sentence.
    pub cause: String,
    /// `snippet`, `api`, `s2s`, `stripe`, `dashboard`.
    pub source: &'static str,
    /// What it is about: kind and id, once known.
    pub subject: Option<(&'static str, String)>,
    /// The provider's id of the delivery.
    pub delivery_key: Option<String>,
    /// When it arrived.
    pub at: Instant,
}

/// Keeps that something arrived.
pub async fn insert(conn: &mut Conn, tenant: &Tenant, event: &Event) -> Result<(), StoreError> {
    let (subject_kind, subject_id) = event.subject.as_ref().map(|(kind, id)| (*kind, id.as_str())).unzip();
    execute!(
        conn,
        "events.insert",
        event.id.as_str(),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        &event.kind,
        event.outcome,
        &event.cause,
        event.source,
        subject_kind,
        subject_id,
        event.delivery_key.as_deref(),
        event.at.micros()
    )?;
    Ok(())
}
