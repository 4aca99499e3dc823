//! Events: everything that arrived, with what became of it and why.

use crate::store::{Conn, Listed, Page, StoreError};
use crate::{execute, list_page};
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

/// Something that arrived, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownEvent {
    /// Its id.
    pub id: EventId,
    /// What it is.
    pub kind: String,
    /// What became of it.
    pub outcome: String,
    /// Why.
    pub cause: String,
    /// Where it came from.
    pub source: String,
    /// What it is about: kind and id, once known.
    pub subject: Option<(String, String)>,
    /// The provider's id of the delivery.
    pub delivery_key: Option<String>,
    /// When it arrived.
    pub at: Instant,
}

/// Which events a list shows. Everything is optional; what is given must hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Those of this kind.
    pub kind: Option<String>,
    /// Those that this became of.
    pub outcome: Option<String>,
    /// Those from here.
    pub source: Option<String>,
}

/// One page of what arrived for the tenant.
///
/// # Errors
/// The database's.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    filter: &EventFilter,
    page: &Page,
) -> Result<Listed<ShownEvent>, StoreError> {
    let rows = list_page!(
        conn,
        page,
        Row,
        "events.list_down",
        "events.list_up",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        filter.kind.as_deref(),
        filter.outcome.as_deref(),
        filter.source.as_deref(),
    )?;
    Ok(page.finish(rows.into_iter().map(Row::read).collect()))
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    kind: String,
    outcome: String,
    cause: String,
    source: String,
    subject_kind: Option<String>,
    subject_id: Option<String>,
    delivery_key: Option<String>,
    created_at: i64,
}

impl Row {
    fn read(self) -> ShownEvent {
        ShownEvent {
            id: EventId::from_stored(self.id),
            kind: self.kind,
            outcome: self.outcome,
            cause: self.cause,
            source: self.source,
            subject: self.subject_kind.zip(self.subject_id),
            delivery_key: self.delivery_key,
            at: Instant::from_micros(self.created_at),
        }
    }
}
