//! `/events`: everything that arrived, with what became of it and why (`product.md` 5 "REST API").

use crate::app::App;
use crate::http::Answer;
use crate::http::auth::ApiKey;
use crate::http::envelope::{Data, List};
use crate::http::params::Params;
use crate::store::earning::events::{self, EventFilter, ShownEvent};
use axum::extract::State;
use serde::Serialize;
use whence_domain::EventId;

/// Characters of a filter at most.
const MAX_WORD: usize = 100;

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
    cause: String,
    source: String,
    subject: Option<SubjectObject>,
    delivery_key: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl From<ShownEvent> for EventObject {
    fn from(event: ShownEvent) -> Self {
        Self {
            key: event.id.to_string(),
            kind: event.kind,
            outcome: event.outcome,
            cause: event.cause,
            source: event.source,
            subject: event.subject.map(|(kind, key)| SubjectObject { kind, key }),
            delivery_key: event.delivery_key,
            created_at: event.at.millis(),
            updated_at: event.at.millis(),
        }
    }
}

/// `GET /events`: filters `kind`, `outcome`, `source`, times.
pub async fn list(State(app): State<App>, key: ApiKey, params: Params) -> Answer<List<EventObject>> {
    let page = params.page(|key| EventId::parse(key).is_some())?;
    let word = |name| Ok::<_, crate::http::ApiError>(params.text(name, MAX_WORD)?.map(str::to_owned));
    let filter = EventFilter { kind: word("kind")?, outcome: word("outcome")?, source: word("source")? };
    let mut conn = app.store.read().await?;
    let listed = events::list(&mut conn, &key.tenant, &filter, &page).await?;
    Ok(Data(listed.map(EventObject::from).into()))
}
