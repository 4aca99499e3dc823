//! `/events`: everything that arrived, with what became of it and why (`product.md` 5 "REST API"); and reading a stored
//! delivery again.

use crate::app::App;
use crate::flows::earning::replay_delivery::replay_delivery;
use crate::http::auth::ApiKey;
use crate::http::envelope::{Data, List};
use crate::http::params::Params;
use crate::http::{Answer, ApiError};
use crate::store::Page;
use crate::store::dashboard::arrivals::{self, RefusedGroup};
use crate::store::earning::events::{self, EventFilter, ShownEvent};
use axum::extract::{Path, State};
use serde::Serialize;
use whence_domain::{EventId, Instant};

/// Characters of a filter at most.
const MAX_WORD: usize = 100;

/// Groups of refused requests that a list shows at most.
const MAX_GROUPS: i64 = 100;

/// How far back the groups of refused requests go, unless the caller says otherwise.
const REFUSED_DAYS: i64 = 7;

/// What an event is about.
#[derive(Clone, Debug, Serialize)]
pub struct SubjectObject {
    kind: String,
    key: String,
}

/// An event as the API shows it.
#[derive(Clone, Debug, Serialize)]
pub struct EventObject {
    key: String,
    kind: String,
    outcome: String,
    /// A stable code.
    cause: &'static str,
    /// What the code means.
    why: &'static str,
    source: String,
    subject: Option<SubjectObject>,
    delivery_key: Option<String>,
    replay_of: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl From<ShownEvent> for EventObject {
    fn from(event: ShownEvent) -> Self {
        Self {
            key: event.id.to_string(),
            kind: event.kind,
            outcome: event.outcome,
            cause: event.cause.code(),
            why: event.cause.sentence(),
            source: event.source,
            subject: event.subject.map(|(kind, key)| SubjectObject { kind, key }),
            delivery_key: event.delivery_key,
            replay_of: event.replay_of.map(|event| event.to_string()),
            created_at: event.at.millis(),
            updated_at: event.at.millis(),
        }
    }
}

/// Requests that were refused before they could become an event, counted together.
#[derive(Clone, Debug, Serialize)]
pub struct RefusedObject {
    kind: &'static str,
    outcome: &'static str,
    cause: String,
    why: String,
    source: String,
    origin: Option<String>,
    requests: i64,
    created_at: i64,
    updated_at: i64,
}

impl From<RefusedGroup> for RefusedObject {
    fn from(group: RefusedGroup) -> Self {
        Self {
            kind: group.kind(),
            outcome: "refused",
            why: group.why(),
            origin: group.origin,
            cause: group.cause,
            source: group.source,
            requests: group.requests,
            created_at: group.first_at.millis(),
            updated_at: group.last_at.millis(),
        }
    }
}

/// One page of events, and beside it what was refused meanwhile.
#[derive(Clone, Debug, Serialize)]
pub struct EventList {
    #[serde(flatten)]
    list: List<EventObject>,
    /// On the first page only.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Vec<RefusedObject>>,
}

/// `GET /events`: filters `kind`, `outcome`, `cause`, `source`, times.
pub async fn list(State(app): State<App>, key: ApiKey, params: Params) -> Answer<EventList> {
    let page = params.page(|key| EventId::parse(key).is_some())?;
    let word = |name| Ok::<_, ApiError>(params.text(name, MAX_WORD)?.map(str::to_owned));
    let filter =
        EventFilter { kind: word("kind")?, outcome: word("outcome")?, cause: word("cause")?, source: word("source")? };
    app.webhook_attempts.flush(&app).await?;
    let mut conn = app.store.read().await?;
    let listed = events::list(&mut conn, &key.tenant, &filter, &page).await?;
    let refused = match page.cursor {
        Some(_) => None,
        None => {
            let (from, to) = times(&page, app.now());
            let groups = arrivals::refused(&mut conn, &key.tenant, from, to, MAX_GROUPS).await?;
            Some(groups.into_iter().filter(|group| group.fits(&filter)).map(RefusedObject::from).collect())
        }
    };
    Ok(Data(EventList { list: listed.map(EventObject::from).into(), refused }))
}

fn times(page: &Page, now: Instant) -> (Instant, Instant) {
    let to = page.max_created.map_or(now.plus_micros(1), |at| at.plus_micros(1));
    (page.min_created.unwrap_or(to.min(now).plus_days(-REFUSED_DAYS)), to)
}

/// `POST /events/{key}/replay`: reads the stored delivery again; answers the event that tells what became of it now.
pub async fn replay(State(app): State<App>, key: ApiKey, Path(event): Path<String>) -> Answer<EventObject> {
    let missing = || ApiError::not_found("event_not_found", "There is no such event.");
    let event = EventId::parse(&event).ok_or_else(missing)?;
    let told = replay_delivery(&app, &key.tenant, key.actor(), &event).await?;
    Ok(Data(told.into()))
}
