//! Events: everything that arrived, with what became of it and why.

use crate::store::read::known;
use crate::store::{Conn, Listed, Page, StoreError};
use crate::{execute, fetch_all, fetch_optional, list_page};
use whence_domain::investigation::EventCause;
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
    /// Why.
    pub cause: EventCause,
    /// `snippet`, `api`, `s2s`, `stripe`, `dashboard`.
    pub source: &'static str,
    /// What it is about: kind and id, once known.
    pub subject: Option<(&'static str, String)>,
    /// The provider's id of the delivery.
    pub delivery_key: Option<String>,
    /// The event that this one was first, if a stored delivery was read again.
    pub replay_of: Option<EventId>,
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
        event.cause.code(),
        event.source,
        subject_kind,
        subject_id,
        event.delivery_key.as_deref(),
        event.at.micros(),
        event.replay_of.as_ref().map(EventId::as_str)
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
    pub cause: EventCause,
    /// Where it came from.
    pub source: String,
    /// What it is about: kind and id, once known.
    pub subject: Option<(String, String)>,
    /// The provider's id of the delivery.
    pub delivery_key: Option<String>,
    /// The event that this one was first, if a stored delivery was read again.
    pub replay_of: Option<EventId>,
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
    /// Those for this reason, a code.
    pub cause: Option<String>,
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
        filter.cause.as_deref(),
    )?;
    Ok(page.finish(rows.into_iter().map(Row::read).collect::<Result<_, _>>()?))
}

/// The event with this id.
pub async fn find(conn: &mut Conn, tenant: &Tenant, id: &EventId) -> Result<Option<ShownEvent>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, Row, "events.find", program, mode, id.as_str())?.map(Row::read).transpose()
}

/// The events that told of a delivery being read again, the earliest first.
pub async fn list_replays(conn: &mut Conn, tenant: &Tenant, first: &EventId) -> Result<Vec<ShownEvent>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, Row, "events.list_replays", program, mode, first.as_str())?;
    rows.into_iter().map(Row::read).collect()
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
    replay_of: Option<String>,
    created_at: i64,
}

impl Row {
    fn read(self) -> Result<ShownEvent, StoreError> {
        Ok(ShownEvent {
            id: EventId::from_stored(self.id),
            kind: self.kind,
            outcome: self.outcome,
            cause: known("cause", &self.cause, EventCause::parse(&self.cause))?,
            source: self.source,
            subject: self.subject_kind.zip(self.subject_id),
            delivery_key: self.delivery_key,
            replay_of: self.replay_of.map(EventId::from_stored),
            at: Instant::from_micros(self.created_at),
        })
    }
}
