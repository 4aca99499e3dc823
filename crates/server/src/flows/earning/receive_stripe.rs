//! A verified Stripe event: kept whole, then its facts recorded, all in one unit, so that a delivery is either stored with
//! its effects or answered with a failure that makes Stripe send it again.

use super::record_refund::{RefundWord, join_names, record_refund};
use super::record_transaction::{NewTransaction, Payer, RecordError, Recorded, record_transaction};
use super::stripe_event::{Event, Fact, Identity, Sale};
use crate::app::App;
use crate::clock::Ids;
use crate::flows::tracking::presented::Presented;
use crate::flows::tracking::record_claim::{NewClaim, Trust, record_claim};
use crate::flows::tracking::resolve_customer::{Spoken, resolve_customer};
use crate::store::earning::deliveries::{self, Delivery};
use crate::store::earning::events;
use crate::store::earning::refunds::Word;
use crate::store::{Conn, Priority, StoreError};
use std::sync::Arc;
use whence_domain::earning::{Refund, RefundStatus, RefundTotal};
use whence_domain::program::Email;
use whence_domain::tracking::xid::KeyRing;
use whence_domain::tracking::{CameBy, ClaimSource, CustomerIdentity, CustomerKey};
use whence_domain::{Currency, EventId, Instant, Money, Tenant};

/// Who tells us, as it is stored with what was told.
const SOURCE: &str = "stripe";

/// A delivery whose signature was found right.
pub struct Verified {
    /// Whose endpoint it came to.
    pub tenant: Tenant,
    /// The endpoint.
    pub endpoint_key: String,
    /// The raw body.
    pub body: String,
    /// What it says.
    pub event: Event,
}

struct Input {
    verified: Verified,
    keys: Arc<KeyRing>,
    ids: Ids,
    now: Instant,
}

/// What became of a delivery.
struct Ending {
    outcome: &'static str,
    cause: String,
    subject: Option<(&'static str, String)>,
}

/// Keeps the delivery and records what it says.
///
/// # Errors
/// The store's, if it could not be kept; then nothing was.
pub async fn receive_stripe(app: &App, verified: Verified) -> Result<(), StoreError> {
    let now = app.now();
    let input = Input { verified, keys: app.xid_keys(), ids: Ids::at(now), now };
    app.store.write(Priority::Money, input, |conn, input| Box::pin(receive(conn, input))).await
}

async fn receive(conn: &mut Conn, input: &Input) -> Result<(), StoreError> {
    let Input { verified, ids, now, .. } = input;
    let Verified { tenant, event, .. } = verified;
    let delivery = Delivery {
        provider: SOURCE,
        provider_event_id: event.id.clone(),
        event: EventId::from_bits(ids.next()),
        endpoint_key: verified.endpoint_key.clone(),
        kind: event.kind.clone(),
        body: verified.body.clone(),
        provider_at: Instant::from_seconds(event.created),
        received_at: *now,
    };
    let known = deliveries::insert(conn, tenant, &delivery).await?;
    if known.processed_at.is_some() {
        return Ok(());
    }
    let mut ending = Ending { outcome: "ignored", cause: "nothing in it concerns us".into(), subject: None };
    for fact in &event.facts {
        let next = record(conn, input, &delivery, fact).await?;
        // What was recorded outweighs what was ignored in the same event.
        if next.outcome != "ignored" || ending.outcome == "ignored" {
            ending = next;
        }
    }
    deliveries::mark_processed(conn, tenant, &delivery, ending.outcome, &ending.cause).await?;
    let arrived = events::Event {
        id: delivery.event,
        kind: event.kind.clone(),
        outcome: ending.outcome,
        cause: ending.cause,
        source: SOURCE,
        subject: ending.subject,
        delivery_key: Some(event.id.clone()),
        at: *now,
    };
    events::insert(conn, tenant, &arrived).await
}

async fn record(conn: &mut Conn, input: &Input, delivery: &Delivery, fact: &Fact) -> Result<Ending, StoreError> {
    let Input { verified: Verified { tenant, event, .. }, ids, now, .. } = input;
    match fact {
        Fact::Ignored(why) => Ok(Ending { outcome: "ignored", cause: (*why).into(), subject: None }),
        Fact::Identity(identity) => record_identity(conn, input, delivery, identity).await,
        Fact::Sale(sale) => record_sale(conn, input, delivery, sale).await,
        Fact::SamePayment(names) => {
            join_names(conn, tenant, SOURCE, names, ids, *now).await?;
            Ok(Ending { outcome: "recorded", cause: "names of one payment were joined".into(), subject: None })
        }
        Fact::Refund(refund) => {
            let word = Word::Single(Refund {
                key: refund.key.clone(),
                minor: refund.amount.max(0),
                status: status(&refund.status),
                made_at: Instant::from_seconds(refund.seconds),
                said_at: Instant::from_seconds(event.created),
            });
            keep_refund(conn, input, delivery, &refund.references, &refund.currency, word).await
        }
        Fact::RefundTotal(total) => {
            let word =
                Word::Total(RefundTotal { minor: total.amount.max(0), said_at: Instant::from_seconds(total.seconds) });
            keep_refund(conn, input, delivery, &total.references, &total.currency, word).await
        }
    }
}

/// Stripe's words for a refund's state, read as ours; one that waits for the customer's action is on its way.
fn status(word: &str) -> RefundStatus {
    match word {
        "failed" => RefundStatus::Failed,
        "canceled" => RefundStatus::Canceled,
        "succeeded" => RefundStatus::Succeeded,
        _ => RefundStatus::Pending,
    }
}

/// Names are the provider's word for a customer; with a partner key or a click id it is a claim as well.
async fn record_identity(
    conn: &mut Conn,
    input: &Input,
    delivery: &Delivery,
    told: &Identity,
) -> Result<Ending, StoreError> {
    let Input { verified: Verified { tenant, event, .. }, keys, ids, now } = input;
    let Some(identity) = identity_of(told) else {
        return Ok(Ending { outcome: "ignored", cause: "it names no customer".into(), subject: None });
    };
    let seconds = told.seconds.unwrap_or(event.created);
    let occurred_at = Instant::end_of_provider_second(seconds, *now);
    let customer = if told.partner_key.is_some() || told.xid.is_some() {
        let claim = NewClaim {
            source: ClaimSource::Webhook,
            identity,
            name: told.name.clone(),
            partner_key: told.partner_key.clone(),
            presented: told.xid.as_deref().map(|xid| Presented::read(xid, CameBy::S2s, keys)),
            xid_source: None,
            page_host: None,
            page_path: None,
            snippet: None,
            problems: Vec::new(),
            trust: Trust::Signed,
            agent: None,
            event: Some(delivery.event.clone()),
            occurred_at,
        };
        record_claim(conn, tenant, &claim, keys, ids, *now).await?.customer
    } else {
        let spoken = Spoken { identity, name: told.name.clone(), confirmed: true, signed_up_at: Some(occurred_at) };
        let customer = resolve_customer(conn, tenant, &spoken, ids, *now).await?.customer;
        super::reckon_customer::reckon_customer(conn, tenant, &customer, ids, *now).await?;
        customer
    };
    let subject = Some(("customer", customer.to_string()));
    Ok(Ending { outcome: "recorded", cause: "the customer's names were recorded".into(), subject })
}

/// The names that make sense as such; none if nothing is left.
fn identity_of(told: &Identity) -> Option<CustomerIdentity> {
    let key = |text: &Option<String>| text.as_deref().and_then(|text| CustomerKey::parse(text).ok());
    let identity = CustomerIdentity {
        customer_key: key(&told.customer_key),
        provider_key: key(&told.provider_key),
        email: told.email.as_deref().and_then(|text| Email::parse(text).ok()),
    };
    (identity != CustomerIdentity::default()).then_some(identity)
}

async fn record_sale(conn: &mut Conn, input: &Input, delivery: &Delivery, sale: &Sale) -> Result<Ending, StoreError> {
    let Input { verified: Verified { tenant, .. }, ids, now, .. } = input;
    let refused = |cause: &str| Ok(Ending { outcome: "refused", cause: cause.into(), subject: None });
    let Some(currency) = Currency::parse(&sale.currency) else {
        return refused("its currency is unknown");
    };
    let Ok(amount) = Money::new(sale.amount, currency).for_transaction() else {
        return refused("its amount is beyond what can be recorded");
    };
    let Some(identity) = identity_of(&sale.customer) else {
        return Ok(Ending {
            outcome: "unmatched",
            cause: "the payment names no customer: give the charge a customer or an e-mail address at Stripe".into(),
            subject: None,
        });
    };
    let new = NewTransaction {
        source: SOURCE,
        key: Some(sale.key.clone()),
        payer: Payer::Named { identity, name: sale.customer.name.clone() },
        amount,
        product_key: sale.product_key.clone(),
        category_key: None,
        metadata: "{}".into(),
        references: sale.references.clone(),
        event: Some(delivery.event.clone()),
        occurred_at: Instant::end_of_provider_second(sale.seconds, *now),
    };
    match record_transaction(conn, tenant, &new, ids, *now).await {
        Ok(recorded) => {
            let subject = Some(("transaction", recorded.kept().transaction.id.to_string()));
            let (outcome, cause) = match recorded {
                Recorded::New(_) => ("recorded", "the payment was recorded"),
                Recorded::Known(_) => ("duplicate", "the payment was known"),
            };
            Ok(Ending { outcome, cause: cause.into(), subject })
        }
        Err(RecordError::Store(error)) => Err(error),
        Err(RecordError::Conflict) => Ok(Ending {
            outcome: "duplicate",
            cause: "the payment was known, with other content, which stands".into(),
            subject: None,
        }),
        Err(other) => refused(&other.to_string()),
    }
}

async fn keep_refund(
    conn: &mut Conn,
    input: &Input,
    delivery: &Delivery,
    references: &[String],
    currency: &str,
    word: Word,
) -> Result<Ending, StoreError> {
    let Input { verified: Verified { tenant, .. }, ids, now, .. } = input;
    let (Some(currency), false) = (Currency::parse(currency), references.is_empty()) else {
        return Ok(Ending { outcome: "ignored", cause: "it names no payment or currency".into(), subject: None });
    };
    let word = RefundWord {
        source: SOURCE,
        references: references.to_vec(),
        word,
        currency,
        event: Some(delivery.event.clone()),
    };
    let transaction = record_refund(conn, tenant, &word, ids, *now).await?;
    Ok(match transaction {
        Some(id) => Ending {
            outcome: "recorded",
            cause: "the refund was recorded".into(),
            subject: Some(("transaction", id.to_string())),
        },
        None => Ending {
            outcome: "unmatched",
            cause: "its payment has not arrived; the refund waits for it".into(),
            subject: None,
        },
    })
}
