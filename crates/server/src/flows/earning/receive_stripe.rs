//! A verified Stripe event: kept whole, then its facts recorded, all in one unit, so that a delivery is either stored with
//! its effects or answered with a failure that makes Stripe send it again.

use super::record_refund::{RefundWord, join_names, record_refund};
use super::record_transaction::{NewTransaction, Payer, RecordError, Recorded, is_unclaimed, record_transaction};
use super::stripe_event::{Event, Fact, Identity, Sale};
use crate::app::App;
use crate::clock::Ids;
use crate::flows::tracking::presented::Presented;
use crate::flows::tracking::record_claim::{NewClaim, Trust, record_claim};
use crate::flows::tracking::resolve_customer::{Spoken, resolve_customer};
use crate::store::earning::deliveries::{self, Delivery};
use crate::store::earning::events;
use crate::store::earning::references;
use crate::store::earning::refunds::Word;
use crate::store::earning::transactions;
use crate::store::{Conn, Priority, StoreError};
use std::sync::Arc;
use whence_domain::earning::{Refund, RefundStatus, RefundTotal};
use whence_domain::investigation::EventCause;
use whence_domain::program::Email;
use whence_domain::tracking::xid::KeyRing;
use whence_domain::tracking::{CameBy, ClaimSource, CustomerIdentity, CustomerKey};
use whence_domain::{Currency, EventId, Instant, Money, Tenant, TransactionId};

/// Who tells us, as it is stored with what was told.
pub(super) const SOURCE: &str = "stripe";

/// A delivery whose signature was found right.
pub struct Verified {
    /// Whose endpoint it came to.
    pub tenant: Tenant,
    /// The endpoint.
    pub endpoint_key: String,
    /// The raw body.
    pub body: String,
    /// The time in its signature.
    pub signed_at: Instant,
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
pub(super) struct Ending {
    pub outcome: &'static str,
    pub cause: EventCause,
    pub subject: Option<(&'static str, String)>,
}

impl Ending {
    fn of(outcome: &'static str, cause: EventCause) -> Self {
        Self { outcome, cause, subject: None }
    }

    fn about(self, kind: &'static str, id: impl ToString) -> Self {
        Self { subject: Some((kind, id.to_string())), ..self }
    }
}

/// An event being read: now for the first time, or once more.
pub(super) struct Reading<'a> {
    pub tenant: &'a Tenant,
    pub event: &'a Event,
    /// Our event of its first arrival: what the facts in it cite, however often it is read.
    pub first: &'a EventId,
    pub keys: &'a KeyRing,
    pub ids: &'a Ids,
    /// When it arrived first: a fact is dated by when we could know of it, not by when it was read again.
    pub received_at: Instant,
    pub now: Instant,
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
    let Input { verified, keys, ids, now } = input;
    let Verified { tenant, event, .. } = verified;
    let delivery = Delivery {
        provider: SOURCE,
        provider_event_id: event.id.clone(),
        event: EventId::from_bits(ids.next()),
        endpoint_key: verified.endpoint_key.clone(),
        kind: event.kind.clone(),
        body: verified.body.clone(),
        provider_at: Instant::from_seconds(event.created),
        signed_at: Some(verified.signed_at),
        environment: event.environment,
        received_at: *now,
    };
    let known = deliveries::insert(conn, tenant, &delivery).await?;
    if known.processed_at.is_some() {
        return Ok(());
    }
    let reading = Reading { tenant, event, first: &delivery.event, keys, ids, received_at: *now, now: *now };
    let ending = read(conn, &reading).await?;
    deliveries::mark_processed(conn, tenant, &delivery, ending.outcome, ending.cause).await?;
    let arrived = events::Event {
        id: delivery.event,
        kind: event.kind.clone(),
        outcome: ending.outcome,
        cause: ending.cause,
        source: SOURCE,
        subject: ending.subject,
        delivery_key: Some(event.id.clone()),
        replay_of: None,
        at: *now,
    };
    events::insert(conn, tenant, &arrived).await
}

/// Records every fact of an event; answers what became of the most telling one. Facts that are known already stay as they
/// are, so it may be done again.
pub(super) async fn read(conn: &mut Conn, reading: &Reading<'_>) -> Result<Ending, StoreError> {
    let mut ending = Ending::of("ignored", EventCause::NothingForUs);
    for fact in &reading.event.facts {
        let next = record(conn, reading, fact).await?;
        // What was recorded outweighs what was ignored in the same event, and a customer the names of its payment.
        let weighs_more = next.outcome != "ignored" && (ending.outcome == "ignored" || next.subject.is_some());
        if weighs_more || ending.outcome == "ignored" {
            ending = next;
        }
    }
    Ok(ending)
}

async fn record(conn: &mut Conn, reading: &Reading<'_>, fact: &Fact) -> Result<Ending, StoreError> {
    let Reading { tenant, event, ids, now, .. } = reading;
    match fact {
        Fact::Ignored(why) => Ok(Ending::of("ignored", *why)),
        Fact::Identity(identity) => record_identity(conn, reading, identity).await,
        Fact::Sale(sale) => record_sale(conn, reading, sale).await,
        Fact::SamePayment(names) => {
            join_names(conn, tenant, SOURCE, names, ids, *now).await?;
            Ok(Ending::of("recorded", EventCause::PaymentNamesJoined))
        }
        Fact::Refund(refund) => {
            let word = Word::Single(Refund {
                key: refund.key.clone(),
                minor: refund.amount.max(0),
                status: status(&refund.status),
                made_at: Instant::from_seconds(refund.seconds),
                said_at: Instant::from_seconds(event.created),
            });
            keep_refund(conn, reading, &refund.references, &refund.currency, word).await
        }
        Fact::RefundTotal(total) => {
            let word =
                Word::Total(RefundTotal { minor: total.amount.max(0), said_at: Instant::from_seconds(total.seconds) });
            keep_refund(conn, reading, &total.references, &total.currency, word).await
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
async fn record_identity(conn: &mut Conn, reading: &Reading<'_>, told: &Identity) -> Result<Ending, StoreError> {
    let Reading { tenant, event, keys, ids, now, .. } = reading;
    let Some(identity) = identity_of(told) else {
        return Ok(Ending::of("ignored", EventCause::NoCustomerNamed));
    };
    let seconds = told.seconds.unwrap_or(event.created);
    let occurred_at = Instant::end_of_provider_second(seconds, reading.received_at);
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
            consent: None,
            agent: None,
            event: Some(reading.first.clone()),
            occurred_at,
        };
        record_claim(conn, tenant, &claim, keys, ids, *now).await?.customer
    } else {
        let spoken = Spoken { identity, name: told.name.clone(), confirmed: true, signed_up_at: Some(occurred_at) };
        let customer = resolve_customer(conn, tenant, &spoken, ids, *now).await?.customer;
        super::reckon_customer::reckon_customer(conn, tenant, &customer, ids, *now).await?;
        customer
    };
    Ok(Ending::of("recorded", EventCause::NamesRecorded).about("customer", customer))
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

async fn record_sale(conn: &mut Conn, reading: &Reading<'_>, sale: &Sale) -> Result<Ending, StoreError> {
    let Reading { tenant, ids, now, .. } = reading;
    let Some(currency) = Currency::parse(&sale.currency) else {
        return Ok(Ending::of("refused", EventCause::CurrencyUnknown));
    };
    let Ok(amount) = Money::new(sale.amount, currency).for_transaction() else {
        return Ok(Ending::of("refused", EventCause::AmountOutOfRange));
    };
    let Some(identity) = identity_of(&sale.customer) else {
        return Ok(Ending::of("unmatched", EventCause::NamesNobody));
    };
    if let Some(other) = counted_otherwise(conn, tenant, sale).await? {
        return Ok(Ending::of("duplicate", EventCause::PaymentCountedOtherwise).about("transaction", other));
    }
    let new = NewTransaction {
        source: SOURCE,
        key: Some(sale.key.clone()),
        payer: Payer::Named { identity, name: sale.customer.name.clone() },
        amount,
        product_key: sale.product_key.clone(),
        category_key: None,
        metadata: "{}".into(),
        references: sale.references.clone(),
        event: Some(reading.first.clone()),
        occurred_at: Instant::end_of_provider_second(sale.seconds, reading.received_at),
    };
    match record_transaction(conn, tenant, &new, ids, *now).await {
        Ok(recorded) => {
            let kept = recorded.kept();
            let ending = match &recorded {
                Recorded::New(_) if is_unclaimed(conn, tenant, kept).await? => {
                    Ending::of("recorded", EventCause::CustomerUnknown)
                }
                Recorded::New(_) => Ending::of("recorded", EventCause::PaymentRecorded),
                Recorded::Known(_) => Ending::of("duplicate", EventCause::PaymentKnown),
            };
            Ok(ending.about("transaction", &kept.transaction.id))
        }
        Err(RecordError::Store(error)) => Err(error),
        Err(RecordError::Conflict) => {
            let known = transactions::find_by_key(conn, tenant, SOURCE, &sale.key).await?;
            let subject = known.map(|kept| ("transaction", kept.transaction.id.to_string()));
            Ok(Ending { subject, ..Ending::of("duplicate", EventCause::PaymentKnownOtherwise) })
        }
        Err(RecordError::Removed) => Ok(Ending::of("refused", EventCause::TransactionRemoved)),
        Err(RecordError::NoSuchCustomer) => Ok(Ending::of("refused", EventCause::CustomerMissing)),
    }
}

/// The payment that counted this money already in the other way, as a charge or as an invoice: a program that changes from
/// one to the other hears of the same money both ways, late deliveries and replays included.
async fn counted_otherwise(conn: &mut Conn, tenant: &Tenant, sale: &Sale) -> Result<Option<TransactionId>, StoreError> {
    let is_invoice = |key: &str| key.starts_with("in_");
    let names = references::closure(conn, tenant, SOURCE, &sale.references).await?;
    let Some(id) = references::find_transaction(conn, tenant, SOURCE, &names).await? else { return Ok(None) };
    let known = transactions::find(conn, tenant, &id).await?;
    Ok(known.filter(|kept| is_invoice(&kept.transaction.key) != is_invoice(&sale.key)).map(|_| id))
}

async fn keep_refund(
    conn: &mut Conn,
    reading: &Reading<'_>,
    references: &[String],
    currency: &str,
    word: Word,
) -> Result<Ending, StoreError> {
    let Reading { tenant, ids, now, .. } = reading;
    let (Some(currency), false) = (Currency::parse(currency), references.is_empty()) else {
        return Ok(Ending::of("ignored", EventCause::NoPaymentNamed));
    };
    let word = RefundWord {
        source: SOURCE,
        references: references.to_vec(),
        word,
        currency,
        event: Some(reading.first.clone()),
    };
    let transaction = record_refund(conn, tenant, &word, ids, *now).await?;
    Ok(match transaction {
        Some(id) => Ending::of("recorded", EventCause::RefundRecorded).about("transaction", id),
        None => Ending::of("unmatched", EventCause::RefundWaits),
    })
}
