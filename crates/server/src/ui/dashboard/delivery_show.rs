//! One delivery of a payment provider: what it said, word for word, whom and what it was found to mean, and reading it
//! again after its fault was mended.

use super::rows::Ref;
use super::webhook_list::PATH;
use crate::flows::Refusal;
use crate::flows::earning::replay_delivery::{ReplayError, replay_delivery};
use crate::flows::earning::stripe_event::{self, Event, Fact};
use crate::flows::tracking::find_customer::find_customer;
use crate::store::earning::deliveries::{self, Shown};
use crate::store::earning::events::{self, ShownEvent};
use crate::store::program::policies;
use crate::ui::answer::{UiError, done, not_done, page};
use crate::ui::dashboard::settings_show::NothingMore;
use crate::ui::format::{counted, money, money_of};
use crate::ui::json_text::laid_out;
use crate::ui::layout::{Chrome, Section};
use crate::ui::parts::{Badge, When};
use crate::ui::visitor::{Narrowed, Posted, Visitor};
use crate::ui::words;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use whence_domain::EventId;
use whence_domain::investigation::EventCause;
use whence_domain::program::Role;

/// One time that the delivery was read.
#[derive(Clone, Debug)]
pub struct ReadingRow {
    /// `Arrived` or `Replayed`.
    pub what: &'static str,
    /// What became of it.
    pub outcome: Badge,
    /// Why.
    pub why: &'static str,
    /// When.
    pub at: When,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/delivery_show.html")]
pub struct DeliveryPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// Our id of its first arrival.
    pub event: String,
    /// The provider's word for what happened.
    pub kind: String,
    /// What became of it.
    pub outcome: Badge,
    /// Why.
    pub why: &'static str,
    /// Label and value.
    pub facts: Vec<(&'static str, String)>,
    /// The customer that it was found to mean.
    pub customer: Option<Ref>,
    /// Why there is none, or why this one belongs to nobody.
    pub customer_why: Option<&'static str>,
    /// The payment: its amount and the provider's key.
    pub payment: Option<(String, String)>,
    /// Why there is none.
    pub payment_why: Option<&'static str>,
    /// What the payment calls its customer, where nobody is known by that name: somebody may know who it is.
    pub names: Option<String>,
    /// Every time that it was read, the first first.
    pub readings: Vec<ReadingRow>,
    /// The body, laid out; none if it was erased.
    pub body: Option<String>,
    /// When it was erased.
    pub erased: Option<When>,
}

/// `GET /dashboard/integrations/webhooks/deliveries/{event}`.
pub async fn show(visitor: Visitor, Path(event): Path<String>) -> Result<Response, UiError> {
    let event = EventId::parse(&event).ok_or(UiError::NotFound)?;
    let mut conn = visitor.app.store.read().await?;
    let tenant = &visitor.tenant;
    let delivery = deliveries::find(&mut conn, tenant, &event).await?.ok_or(UiError::NotFound)?;
    let body = deliveries::body(&mut conn, tenant, &delivery.event).await?;
    let sales = policies::get_latest(&mut conn, &tenant.program).await?.sale_source;
    let said = body.as_deref().and_then(|body| stripe_event::parse(body.as_bytes(), sales).ok());
    let mut told: Vec<ShownEvent> = events::find(&mut conn, tenant, &delivery.event).await?.into_iter().collect();
    told.extend(events::list_replays(&mut conn, tenant, &delivery.event).await?);
    page(&visitor, &assemble(&visitor, &delivery, said.as_ref(), body, &told))
}

fn assemble(
    visitor: &Visitor,
    delivery: &Shown,
    said: Option<&Event>,
    body: Option<String>,
    told: &[ShownEvent],
) -> DeliveryPage {
    let calendar = &visitor.calendar;
    let customer = delivery.customer.as_ref();
    let unknown = delivery.cause == EventCause::CustomerUnknown;
    DeliveryPage {
        chrome: visitor.chrome(Section::Integrations),
        event: delivery.event.to_string(),
        kind: delivery.kind.clone(),
        outcome: words::event_outcome(&delivery.outcome, delivery.cause),
        why: delivery.cause.sentence(),
        facts: facts(visitor, delivery, said),
        customer: customer.map(|customer| Ref::customer(customer.id.as_str(), &customer.name)),
        customer_why: (customer.is_none() || unknown).then(|| why_no_customer(delivery.cause)),
        payment: delivery.transaction.as_ref().map(|paid| (money(paid.amount), paid.key.clone())),
        payment_why: delivery.transaction.is_none().then(|| delivery.cause.sentence()),
        names: (unknown && customer.is_some()).then(|| said.map(names).unwrap_or_default()),
        readings: told
            .iter()
            .map(|event| ReadingRow {
                what: if event.replay_of.is_some() { "Replayed" } else { "Arrived" },
                outcome: words::event_outcome(&event.outcome, event.cause),
                why: event.cause.sentence(),
                at: calendar.moment(event.at),
            })
            .collect(),
        erased: delivery.erased_at.map(|at| calendar.when(at)),
        body: body.map(|body| laid_out(&body)),
    }
}

fn why_no_customer(cause: EventCause) -> &'static str {
    match cause {
        EventCause::CustomerUnknown => {
            "No sign-up is known by the names in this payment. If it is somebody who signed up, say who, below."
        }
        EventCause::RefundWaits => "A refund belongs to the customer of its payment, which has not arrived.",
        EventCause::NothingForUs => "It speaks of no customer.",
        _ => cause.sentence(),
    }
}

fn facts(visitor: &Visitor, delivery: &Shown, said: Option<&Event>) -> Vec<(&'static str, String)> {
    let moment = |at| visitor.calendar.moment(at).short;
    let mode = delivery.environment.map(|mode| match mode {
        whence_domain::Mode::Live => "live".to_owned(),
        whence_domain::Mode::Test => "test".to_owned(),
    });
    let (names, amount) = said.map(said_of).unwrap_or_default();
    let mut facts = vec![
        ("Event", delivery.provider_event_id.clone()),
        ("Made", moment(delivery.provider_at)),
        ("Came", moment(delivery.received_at)),
        ("Signature", signature(delivery)),
    ];
    facts.extend(mode.map(|mode| ("Made in mode", mode)));
    facts.push(("Delivered", counted(delivery.deliveries, "time", "times")));
    if delivery.replays > 0 {
        facts.push(("Read again", counted(delivery.replays, "time", "times")));
    }
    facts.extend(amount.map(|amount| ("Amount in it", amount)));
    facts.extend(names);
    facts
}

fn signature(delivery: &Shown) -> String {
    let Some(signed) = delivery.signed_at else { return "right".into() };
    let apart = delivery.received_at.micros().saturating_sub(signed.micros()) / 1_000_000;
    match apart {
        0 => "right, signed in the same second".into(),
        past if past > 0 => format!("right, signed {} before it came", counted(past, "second", "seconds")),
        ahead => {
            format!("right, signed {} after it came, by the provider’s clock", counted(-ahead, "second", "seconds"))
        }
    }
}

/// The names and the amount in an event.
fn said_of(event: &Event) -> (Vec<(&'static str, String)>, Option<String>) {
    let mut names = Vec::new();
    let mut amount = None;
    for fact in &event.facts {
        let identity = match fact {
            Fact::Identity(identity) => identity,
            Fact::Sale(sale) => {
                amount = Some(money_of(sale.amount, &sale.currency.to_ascii_uppercase()));
                &sale.customer
            }
            Fact::Refund(refund) => {
                amount = Some(money_of(refund.amount, &refund.currency.to_ascii_uppercase()));
                continue;
            }
            Fact::RefundTotal(total) => {
                amount = Some(money_of(total.amount, &total.currency.to_ascii_uppercase()));
                continue;
            }
            _ => continue,
        };
        let told = [
            ("Customer key in it", &identity.customer_key),
            ("Provider key in it", &identity.provider_key),
            ("E-mail in it", &identity.email),
            ("Partner key in it", &identity.partner_key),
        ];
        names.extend(told.into_iter().filter_map(|(label, value)| Some((label, value.clone()?))));
    }
    (names, amount)
}

/// What a payment calls its customer.
fn names(event: &Event) -> String {
    let told = event.facts.iter().find_map(|fact| match fact {
        Fact::Sale(sale) => Some(&sale.customer),
        _ => None,
    });
    let Some(told) = told else { return String::new() };
    let names = [&told.customer_key, &told.provider_key, &told.email];
    names.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ")
}

/// `POST /dashboard/integrations/webhooks/deliveries/{event}/replay`.
pub async fn replay(
    Path(event): Path<String>,
    Posted { visitor, .. }: Posted<NothingMore>,
) -> Result<Response, UiError> {
    visitor.require(&[Role::Developer, Role::Support])?;
    let event = EventId::parse(&event).ok_or(UiError::NotFound)?;
    let back = format!("{PATH}/deliveries/{event}");
    match replay_delivery(&visitor.app, &visitor.tenant, visitor.actor(), &event).await {
        Ok(told) => {
            let text = format!("Read again: {}", told.cause.sentence());
            Ok(done(&visitor, &back, &text))
        }
        Err(ReplayError::NotFound) => Err(UiError::NotFound),
        Err(ReplayError::Store(error)) => Err(error.into()),
        Err(refusal) => Ok(not_done(&visitor, &back, &format!("{refusal} ({})", refusal.code()))),
    }
}

/// Who a payment's customer is, by whatever the company calls them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Whose {
    who: String,
}

/// `GET /dashboard/integrations/webhooks/deliveries/{event}/customer?who=…`: goes to that customer's page, which shows both
/// and asks whether they are the same person.
pub async fn choose_customer(
    visitor: Visitor,
    Path(event): Path<String>,
    Narrowed(whose): Narrowed<Whose>,
) -> Result<Response, UiError> {
    let event = EventId::parse(&event).ok_or(UiError::NotFound)?;
    let mut conn = visitor.app.store.read().await?;
    let delivery = deliveries::find(&mut conn, &visitor.tenant, &event).await?.ok_or(UiError::NotFound)?;
    let back = format!("{PATH}/deliveries/{}", delivery.event);
    let Some(other) = delivery.customer.filter(|_| delivery.cause == EventCause::CustomerUnknown) else {
        return Ok(not_done(&visitor, &back, "The customer of this delivery is known."));
    };
    match find_customer(&mut conn, &visitor.tenant, whose.who.trim()).await? {
        Some(entry) if entry.customer.id == other.id => {
            Ok(not_done(&visitor, &back, "This is the customer that the payment made. Name the one who signed up."))
        }
        Some(entry) => {
            let to = format!("/dashboard/referrals/{}?same_as={}#provider-key", entry.customer.id, other.id);
            Ok(Redirect::to(&to).into_response())
        }
        None => Ok(not_done(
            &visitor,
            &back,
            "No customer has this e-mail address or key. Search for the name above to find it.",
        )),
    }
}

#[cfg(test)]
impl DeliveryPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, when};
        use crate::ui::parts::Tone;
        let typical = Self {
            chrome: Chrome::sample(Section::Integrations),
            event: "evt_1".into(),
            kind: "charge.succeeded".into(),
            outcome: Badge::new(Tone::Wait, "Customer unknown"),
            why: EventCause::CustomerUnknown.sentence(),
            facts: vec![
                ("Event", "evt_1PqT2eLkdIwHu7ix0".into()),
                ("Made", "12 Mar 2026, 14:03".into()),
                ("Came", "12 Mar 2026, 14:03".into()),
                ("Signature", "right, signed 1 second before it came".into()),
                ("Made in mode", "live".into()),
                ("Delivered", "1 time".into()),
                ("Amount in it", "€24.00".into()),
                ("Provider key in it", "cus_NffrFeUfNV2Hib".into()),
            ],
            customer: Some(Ref::customer("cus_1", "Without a name")),
            customer_why: Some(why_no_customer(EventCause::CustomerUnknown)),
            payment: Some(("€24.00".into(), "ch_3PqT2eLkdIwHu7ix0".into())),
            payment_why: None,
            names: Some("cus_NffrFeUfNV2Hib".into()),
            readings: vec![
                ReadingRow {
                    what: "Arrived",
                    outcome: Badge::new(Tone::Wait, "Customer unknown"),
                    why: EventCause::CustomerUnknown.sentence(),
                    at: when("12 Mar 2026, 14:03"),
                },
                ReadingRow {
                    what: "Replayed",
                    outcome: Badge::new(Tone::Plain, "Repeated"),
                    why: EventCause::PaymentKnown.sentence(),
                    at: when("12 Mar 2026, 15:20"),
                },
            ],
            body: Some(laid_out(&format!(
                r#"{{"id":"evt_1","type":"charge.succeeded","data":{{"object":{{"id":"ch_1","amount":2400,"currency":"eur","description":"{}"}}}}}}"#,
                LONG
            ))),
            erased: None,
        };
        let mut erased = typical.clone();
        (erased.body, erased.erased, erased.names) = (None, Some(when("3 days ago")), None);
        (erased.customer, erased.payment, erased.payment_why) = (None, None, Some(EventCause::NamesNobody.sentence()));
        vec![("delivery_show", typical), ("delivery_show_erased", erased)]
    }
}
