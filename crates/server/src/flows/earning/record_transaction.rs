//! A customer paid: the payment is kept once, its customer found, and what it earns posted.

use super::reckon_customer::reckon_customer;
use crate::app::App;
use crate::clock::Ids;
use crate::flows::tracking::resolve_customer::{Spoken, resolve_customer};
use crate::refusals;
use crate::store::earning::events::{self, Event};
use crate::store::earning::{references, refunds, transactions};
use crate::store::tracking::{claims, customers};
use crate::store::{Conn, Priority, StoreError};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use whence_domain::earning::{Refunds, Transaction};
use whence_domain::investigation::EventCause;
use whence_domain::tracking::CustomerIdentity;
use whence_domain::{CustomerId, EventId, Instant, Money, Tenant, TransactionId};

/// By what a payment names its customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payer {
    /// By our own id.
    Customer(CustomerId),
    /// By names that others gave.
    Named {
        /// The names.
        identity: CustomerIdentity,
        /// What the customer is called.
        name: Option<String>,
    },
}

/// A payment, to be kept.
#[derive(Clone, Debug)]
pub struct NewTransaction {
    /// Who tells us: `api`, `stripe`, …
    pub source: &'static str,
    /// The provider's or caller's key; none for one that has none, which then is never the same as another.
    pub key: Option<String>,
    /// Who paid.
    pub payer: Payer,
    /// How much.
    pub amount: Money,
    /// What for.
    pub product_key: Option<String>,
    /// What kind of thing.
    pub category_key: Option<String>,
    /// What the caller noted, a JSON object.
    pub metadata: String,
    /// Every name by which the provider may speak of it.
    pub references: Vec<String>,
    /// The event it came in.
    pub event: Option<EventId>,
    /// When it was paid.
    pub occurred_at: Instant,
}

/// What became of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It was kept now.
    New(transactions::Kept),
    /// It was known, with the same content.
    Known(transactions::Kept),
}

impl Recorded {
    /// The payment, new or known.
    pub fn kept(&self) -> &transactions::Kept {
        match self {
            Self::New(kept) | Self::Known(kept) => kept,
        }
    }
}

refusals! {
    /// Why a payment was not kept.
    pub enum RecordError {
        NoSuchCustomer = Missing, "customer_not_found", "customer_key", "There is no customer with this key.";
        Removed = Conflict, "transaction_removed", "key",
            "A transaction with this key was deleted; give another one another key.";
        Conflict = Conflict, "transaction_key_taken", "key",
            "A transaction with this key exists already, with another customer, amount or currency.";
    }
}

/// Keeps the payment, unless it is known, and reckons its customer. Runs inside a unit of work.
pub async fn record_transaction(
    conn: &mut Conn,
    tenant: &Tenant,
    new: &NewTransaction,
    ids: &Ids,
    now: Instant,
) -> Result<Recorded, RecordError> {
    let id = TransactionId::from_bits(ids.next());
    let key = new.key.clone().unwrap_or_else(|| id.to_string());
    let input_hash = hash(new);
    if let Some(known) = transactions::find_by_key(conn, tenant, new.source, &key).await? {
        return if known.input_hash == input_hash { Ok(Recorded::Known(known)) } else { Err(RecordError::Conflict) };
    }
    let (customer, identity) = find_payer(conn, tenant, &new.payer, new.occurred_at, ids, now).await?;
    let kept = transactions::Kept {
        transaction: Transaction {
            id,
            key,
            amount: new.amount,
            product_key: new.product_key.clone(),
            category_key: new.category_key.clone(),
            occurred_at: new.occurred_at,
            removed_at: None,
            refunds: Refunds::default(),
        },
        source: new.source.to_owned(),
        customer: Some(customer.clone()),
        metadata: new.metadata.clone(),
        given_back_at: None,
        input_hash,
        recorded_at: now,
    };
    let origin = transactions::Origin { identity, matched_by: None, event: new.event.clone() };
    transactions::insert(conn, tenant, &kept, &origin).await?;
    name(conn, tenant, new, &kept).await?;
    reckon_customer(conn, tenant, &customer, ids, now).await?;
    Ok(Recorded::New(kept))
}

/// Whether no sign-up of the payment's customer is known, so that it belongs to no partner: either nobody referred it, or
/// it is known here by other names.
pub(super) async fn is_unclaimed(
    conn: &mut Conn,
    tenant: &Tenant,
    kept: &transactions::Kept,
) -> Result<bool, StoreError> {
    let Some(customer) = &kept.customer else { return Ok(true) };
    let partner = customers::find(conn, tenant, customer).await?.and_then(|entry| entry.partner);
    Ok(partner.is_none() && claims::list(conn, tenant, customer).await?.is_empty())
}

async fn find_payer(
    conn: &mut Conn,
    tenant: &Tenant,
    payer: &Payer,
    paid_at: Instant,
    ids: &Ids,
    now: Instant,
) -> Result<(CustomerId, CustomerIdentity), RecordError> {
    let (identity, name) = match payer {
        Payer::Named { identity, name } => (identity.clone(), name.clone()),
        Payer::Customer(id) => {
            let entry = customers::find(conn, tenant, id).await?.ok_or(RecordError::NoSuchCustomer)?;
            if let Some(into) = entry.merged_into {
                return Ok((into, entry.customer.identity));
            }
            // Naming the row itself confirms what it says of itself.
            (entry.customer.identity, None)
        }
    };
    let spoken = Spoken { identity: identity.clone(), name, confirmed: true, signed_up_at: Some(paid_at) };
    let resolved = resolve_customer(conn, tenant, &spoken, ids, now).await?;
    Ok((resolved.customer, identity))
}

/// Keeps the payment's names, and gives it the refunds that waited under one of them.
async fn name(
    conn: &mut Conn,
    tenant: &Tenant,
    new: &NewTransaction,
    kept: &transactions::Kept,
) -> Result<(), StoreError> {
    if new.references.is_empty() {
        return Ok(());
    }
    references::link(conn, tenant, new.source, &new.references).await?;
    let names: BTreeSet<String> = references::closure(conn, tenant, new.source, &new.references).await?;
    references::name_transaction(conn, tenant, new.source, &names, &kept.transaction.id).await?;
    refunds::attach(conn, tenant, new.source, &names, &kept.transaction.id).await
}

/// What makes two requests with one key the same request. What a caller may add later (references, the event) is not in it.
fn hash(new: &NewTransaction) -> String {
    let payer = match &new.payer {
        Payer::Customer(id) => id.to_string(),
        Payer::Named { identity, .. } => serde_json::to_string(identity).unwrap_or_default(),
    };
    let text = format!("{payer}\n{}\n{}", new.amount.minor, new.amount.currency.code());
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Input {
    tenant: Tenant,
    new: NewTransaction,
    ids: Ids,
    now: Instant,
}

/// Records one payment in a unit of its own, with the event that tells of it: what API callers and people do.
///
/// # Errors
/// Why it was not kept.
pub async fn record_one(app: &App, tenant: &Tenant, new: NewTransaction) -> Result<Recorded, RecordError> {
    let now = app.now();
    let input = Input { tenant: tenant.clone(), new, ids: Ids::at(now), now };
    app.store.write(Priority::Money, input, |conn, input| Box::pin(record_told(conn, input))).await
}

async fn record_told(conn: &mut Conn, input: &Input) -> Result<Recorded, RecordError> {
    let Input { tenant, new, ids, now } = input;
    let event = EventId::from_bits(ids.next());
    let new = NewTransaction { event: Some(event.clone()), ..new.clone() };
    let recorded = record_transaction(conn, tenant, &new, ids, *now).await?;
    if recorded.kept().transaction.removed_at.is_some() {
        return Err(RecordError::Removed);
    }
    let (outcome, cause) = match &recorded {
        Recorded::New(kept) if is_unclaimed(conn, tenant, kept).await? => ("recorded", EventCause::CustomerUnknown),
        Recorded::New(_) => ("recorded", EventCause::PaymentRecorded),
        Recorded::Known(_) => ("duplicate", EventCause::PaymentKnown),
    };
    let arrived = Event {
        id: event,
        kind: "transaction".into(),
        outcome,
        cause,
        source: new.source,
        subject: Some(("transaction", recorded.kept().transaction.id.to_string())),
        delivery_key: None,
        replay_of: None,
        at: *now,
    };
    events::insert(conn, tenant, &arrived).await?;
    Ok(recorded)
}
