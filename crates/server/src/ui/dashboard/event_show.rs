//! One thing that arrived: what it was, what became of it and why, and where to go on from there.

use super::rows::Ref;
use crate::store::earning::deliveries;
use crate::store::earning::events::{self, ShownEvent};
use crate::store::earning::transactions;
use crate::store::tracking::customers;
use crate::store::{Conn, StoreError};
use crate::ui::answer::{UiError, page};
use crate::ui::format::money;
use crate::ui::layout::{Chrome, Section};
use crate::ui::parts::{Badge, When};
use crate::ui::visitor::Visitor;
use crate::ui::words;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use whence_domain::program::Email;
use whence_domain::tracking::{Customer, CustomerKey};
use whence_domain::{CustomerId, EventId, Tenant, TransactionId};

/// What an event is about.
pub struct Subject {
    /// The words and where they lead.
    pub about: Ref,
    /// The payment in it, with its amount.
    pub payment: Option<String>,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/event_show.html")]
pub struct EventPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What it is.
    pub kind: String,
    /// What became of it.
    pub outcome: Badge,
    /// Why.
    pub why: &'static str,
    /// The code of that, for programs.
    pub cause: &'static str,
    /// Label and value.
    pub facts: Vec<(&'static str, String)>,
    /// When.
    pub at: When,
    /// The customer that it is about.
    pub customer: Option<Ref>,
    /// The payment that it is about.
    pub payment: Option<String>,
    /// The delivery that it came with.
    pub delivery: Option<Ref>,
    /// The event that this one was first.
    pub replay_of: Option<Ref>,
    /// When it was read again.
    pub replays: Vec<Ref>,
}

/// `GET /dashboard/events/{event}`.
pub async fn show(visitor: Visitor, Path(event): Path<String>) -> Result<Response, UiError> {
    let id = EventId::parse(&event).ok_or(UiError::NotFound)?;
    let mut conn = visitor.app.store.read().await?;
    let tenant = &visitor.tenant;
    let event = events::find(&mut conn, tenant, &id).await?.ok_or(UiError::NotFound)?;
    let delivery = deliveries::find(&mut conn, tenant, &id).await?;
    let found = subject(&mut conn, tenant, event.subject.as_ref()).await?;
    let replays = events::list_replays(&mut conn, tenant, &id).await?;
    let link = |event: &ShownEvent| Ref {
        text: visitor.calendar.moment(event.at).short,
        href: format!("/dashboard/events/{}", event.id),
    };
    let shown = EventPage {
        chrome: visitor.chrome(Section::Events),
        kind: words::event_kind(&event.kind),
        outcome: words::event_outcome(&event.outcome, event.cause),
        why: event.cause.sentence(),
        cause: event.cause.code(),
        facts: vec![("From", words::event_source(&event.source)), ("Key", event.id.to_string())],
        at: visitor.calendar.moment(event.at),
        payment: found.as_ref().and_then(|found| found.payment.clone()),
        customer: found.map(|found| found.about),
        delivery: delivery.map(|delivery| Ref {
            text: format!("{} {}", delivery.kind, delivery.provider_event_id),
            href: format!("{}/deliveries/{}", super::webhook_list::PATH, delivery.event),
        }),
        replay_of: event
            .replay_of
            .as_ref()
            .map(|first| Ref { text: "what it was at first".into(), href: format!("/dashboard/events/{first}") }),
        replays: replays.iter().map(link).collect(),
    };
    page(&visitor, &shown)
}

/// What an event is about, with the page that shows it: a customer's own, also for a payment.
pub async fn subject(
    conn: &mut Conn,
    tenant: &Tenant,
    subject: Option<&(String, String)>,
) -> Result<Option<Subject>, StoreError> {
    let Some((kind, id)) = subject else { return Ok(None) };
    let (customer, payment) = match kind.as_str() {
        "customer" => (CustomerId::parse(id), None),
        "transaction" => {
            let Some(id) = TransactionId::parse(id) else { return Ok(None) };
            let Some(kept) = transactions::find(conn, tenant, &id).await? else { return Ok(None) };
            (kept.customer, Some(money(kept.transaction.amount)))
        }
        _ => (None, None),
    };
    let Some(customer) = customer else { return Ok(None) };
    let mut entry = customers::find(conn, tenant, &customer).await?;
    if let Some(into) = entry.as_ref().and_then(|entry| entry.merged_into.clone()) {
        entry = customers::find(conn, tenant, &into).await?;
    }
    Ok(entry
        .map(|entry| Subject { about: Ref::customer(entry.customer.id.as_str(), &called(&entry.customer)), payment }))
}

/// What to call a customer.
pub fn called(customer: &Customer) -> String {
    let identity = &customer.identity;
    let texts = [
        customer.name.as_deref().filter(|name| !name.trim().is_empty()),
        identity.email.as_ref().map(Email::as_str),
        identity.customer_key.as_ref().map(CustomerKey::as_str),
        identity.provider_key.as_ref().map(CustomerKey::as_str),
    ];
    texts.into_iter().flatten().next().unwrap_or("Without a name").to_owned()
}

#[cfg(test)]
impl EventPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, when};
        use whence_domain::investigation::EventCause;
        let cause = EventCause::CustomerUnknown;
        let typical = Self {
            chrome: Chrome::sample(Section::Events),
            kind: "charge.succeeded".into(),
            outcome: words::event_outcome("recorded", cause),
            why: cause.sentence(),
            cause: cause.code(),
            facts: vec![("From", "Stripe".into()), ("Key", "evt_01jabcdefghjkmnpqrstvwxyz0".into())],
            at: when("12 Mar 2026, 14:03"),
            customer: Some(Ref::customer("cus_1", LONG)),
            payment: Some("€24.00".into()),
            delivery: Some(Ref {
                text: "charge.succeeded evt_1PqT2e".into(),
                href: "/dashboard/integrations/webhooks/deliveries/evt_1".into(),
            }),
            replay_of: None,
            replays: vec![Ref { text: "12 Mar 2026, 15:20".into(), href: "/dashboard/events/evt_2".into() }],
        };
        let mut alone = typical.clone();
        (alone.customer, alone.payment, alone.delivery, alone.replays) = Default::default();
        vec![("event_show", typical), ("event_show_alone", alone)]
    }
}
