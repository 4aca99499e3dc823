//! A stored delivery is read again, after what kept it from its effect was mended: the same body through the same flow, in
//! one unit. What it says that is known already stays as it is, so that replaying twice does nothing more.

use super::receive_stripe::{Ending, Reading, SOURCE, read};
use super::record_transaction::is_unclaimed;
use super::stripe_event;
use crate::app::App;
use crate::clock::Ids;
use crate::refusals;
use crate::store::audit::{self, Actor};
use crate::store::earning::deliveries;
use crate::store::earning::events::{self, ShownEvent};
use crate::store::earning::transactions;
use crate::store::program::policies;
use crate::store::{Conn, Priority, StoreError};
use std::sync::Arc;
use whence_domain::investigation::EventCause;
use whence_domain::tracking::xid::KeyRing;
use whence_domain::{AuditId, EventId, Instant, Tenant, TransactionId};

refusals! {
    /// Why a delivery was not read again.
    pub enum ReplayError {
        NotFound = Missing, "event_not_found", "", "There is no such event.";
        NotStored = Invalid, "event_not_replayable", "",
            "Only deliveries of a payment provider are kept whole and can be replayed; this event came another way.";
        Erased = Conflict, "delivery_erased", "",
            "The body of this delivery was erased, so it cannot be replayed.";
        Unreadable = Conflict, "delivery_unreadable", "",
            "The body of this delivery cannot be read as an event, so it cannot be replayed.";
    }
}

struct Input {
    tenant: Tenant,
    event: EventId,
    actor: Actor,
    keys: Arc<KeyRing>,
    ids: Ids,
    now: Instant,
}

/// Reads the delivery of this event again; answers the event that tells what became of it now. The earlier events stay.
///
/// # Errors
/// Why it was not read.
pub async fn replay_delivery(
    app: &App,
    tenant: &Tenant,
    actor: Actor,
    event: &EventId,
) -> Result<ShownEvent, ReplayError> {
    let now = app.now();
    let (tenant, event) = (tenant.clone(), event.clone());
    let input = Input { tenant, event, actor, keys: app.xid_keys(), ids: Ids::at(now), now };
    app.store.write(Priority::Money, input, |conn, input| Box::pin(replay(conn, input))).await
}

/// How the delivery stands after it was read again: of a payment that it brought itself, whose customer may have been found
/// since, it is not said that it was a repeat.
async fn standing(
    conn: &mut Conn,
    tenant: &Tenant,
    before: EventCause,
    ending: &Ending,
) -> Result<(&'static str, EventCause), StoreError> {
    let is_its_own = matches!(before, EventCause::PaymentRecorded | EventCause::CustomerUnknown);
    let id = ending.subject.as_ref().and_then(|(_, id)| TransactionId::parse(id));
    if let (true, EventCause::PaymentKnown, Some(id)) = (is_its_own, ending.cause, id)
        && let Some(kept) = transactions::find(conn, tenant, &id).await?
    {
        let unclaimed = is_unclaimed(conn, tenant, &kept).await?;
        return Ok(("recorded", if unclaimed { EventCause::CustomerUnknown } else { EventCause::PaymentRecorded }));
    }
    Ok((ending.outcome, ending.cause))
}

async fn replay(conn: &mut Conn, input: &Input) -> Result<ShownEvent, ReplayError> {
    let Input { tenant, actor, keys, ids, now, .. } = input;
    let asked = events::find(conn, tenant, &input.event).await?.ok_or(ReplayError::NotFound)?;
    let first = asked.replay_of.unwrap_or(asked.id);
    let delivery = deliveries::find(conn, tenant, &first).await?.ok_or(ReplayError::NotStored)?;
    let body = deliveries::body(conn, tenant, &first).await?.ok_or(ReplayError::Erased)?;
    // The setting that holds now decides what is a sale: it may be what was mended.
    let policy = policies::get_latest(conn, &tenant.program).await?;
    let event = stripe_event::parse(body.as_bytes(), policy.sale_source).map_err(|_| ReplayError::Unreadable)?;
    let received_at = delivery.received_at;
    let reading = Reading { tenant, event: &event, first: &first, keys, ids, received_at, now: *now };
    let ending = read(conn, &reading).await?;
    let (outcome, cause) = standing(conn, tenant, delivery.cause, &ending).await?;

    let id = EventId::from_bits(ids.next());
    let told = events::Event {
        id: id.clone(),
        kind: event.kind.clone(),
        outcome: ending.outcome,
        cause: ending.cause,
        source: SOURCE,
        subject: ending.subject,
        delivery_key: Some(event.id.clone()),
        replay_of: Some(first.clone()),
        at: *now,
    };
    events::insert(conn, tenant, &told).await?;
    deliveries::mark_replayed(conn, tenant, &first, &id, outcome, cause, *now).await?;
    let entry = audit::Entry {
        id: AuditId::from_bits(ids.next()),
        program: &tenant.program,
        mode: Some(tenant.mode),
        actor,
        action: "delivery.replayed",
        subject_kind: "event",
        subject_id: first.as_str(),
        detail: serde_json::json!({ "event": id, "outcome": ending.outcome, "cause": ending.cause }),
        at: *now,
    };
    audit::insert(conn, &entry).await?;
    let shown = events::find(conn, tenant, &id).await?;
    Ok(shown.ok_or_else(|| StoreError::corrupt("event", "it is missing"))?)
}
