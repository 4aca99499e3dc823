//! The company's server, or a person, says that somebody is a customer, and perhaps whose.

use super::presented::Presented;
use super::record_claim::{NewClaim, Trust, record_claim};
use crate::app::App;
use crate::clock::Ids;
use crate::refusals;
use crate::store::earning::events::{self, Event};
use crate::store::program::partners;
use crate::store::tracking::customers::{self, Entry};
use crate::store::{Conn, Priority, StoreError};
use std::sync::Arc;
use whence_domain::investigation::EventCause;
use whence_domain::program::PartnerKey;
use whence_domain::tracking::xid::KeyRing;
use whence_domain::tracking::{CameBy, ClaimSource, CustomerIdentity};
use whence_domain::{EventId, Instant, Tenant};

/// A customer, as it is told of.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    /// Whose data.
    pub tenant: Tenant,
    /// Who says so: [`ClaimSource::Api`], [`ClaimSource::S2s`] or [`ClaimSource::Manual`].
    pub source: ClaimSource,
    /// The names; at least one is there.
    pub identity: CustomerIdentity,
    /// What the customer is called.
    pub name: Option<String>,
    /// Whose the customer is said to be; none is organic.
    pub partner_key: Option<PartnerKey>,
    /// The click id that the company kept, for a server-to-server conversion.
    pub xid: Option<String>,
    /// What the company notes, a JSON object.
    pub metadata: Option<String>,
    /// When the customer signed up, if not now.
    pub signed_up_at: Option<Instant>,
}

refusals! {
    /// Why a customer was not recorded.
    pub enum RecordCustomerError {
        NoSuchPartner = Missing, "partner_not_found", "partner_key", "There is no partner with this key.";
    }
}

struct Input {
    new: NewCustomer,
    keys: Arc<KeyRing>,
    ids: Ids,
    now: Instant,
}

/// Records the customer; one that is known by these names is the same one, with what is new added.
///
/// # Errors
/// Why it was not recorded.
pub async fn record_customer(app: &App, new: NewCustomer) -> Result<Entry, RecordCustomerError> {
    let now = app.now();
    let input = Input { new, keys: app.xid_keys(), ids: Ids::at(now), now };
    app.store.write(Priority::Money, input, |conn, input| Box::pin(record(conn, input))).await
}

async fn record(conn: &mut Conn, input: &Input) -> Result<Entry, RecordCustomerError> {
    let Input { new, keys, ids, now } = input;
    if let Some(key) = &new.partner_key
        && partners::find_by_key(conn, &new.tenant, key).await?.is_none()
    {
        return Err(RecordCustomerError::NoSuchPartner);
    }
    let event = EventId::from_bits(ids.next());
    let claim = NewClaim {
        source: new.source,
        identity: new.identity.clone(),
        name: new.name.clone(),
        partner_key: new.partner_key.as_ref().map(ToString::to_string),
        presented: new.xid.as_deref().map(|xid| Presented::read(xid, CameBy::S2s, keys)),
        xid_source: None,
        page_host: None,
        page_path: None,
        snippet: None,
        problems: Vec::new(),
        trust: if new.source == ClaimSource::Manual { Trust::Person } else { Trust::SecretKey },
        consent: None,
        agent: None,
        event: Some(event.clone()),
        occurred_at: new.signed_up_at.unwrap_or(*now),
    };
    let customer = record_claim(conn, &new.tenant, &claim, keys, ids, *now).await?.customer;
    if let Some(metadata) = &new.metadata {
        customers::set_metadata(conn, &new.tenant, &customer, metadata, *now).await?;
    }
    let (kind, source) = match new.source {
        ClaimSource::S2s => ("conversion", "s2s"),
        ClaimSource::Manual => ("customer", "dashboard"),
        _ => ("customer", "api"),
    };
    let arrived = Event {
        id: event,
        kind: kind.into(),
        outcome: "recorded",
        cause: EventCause::CustomerTold,
        source,
        subject: Some(("customer", customer.to_string())),
        delivery_key: None,
        replay_of: None,
        at: *now,
    };
    events::insert(conn, &new.tenant, &arrived).await?;
    let entry = customers::find(conn, &new.tenant, &customer).await?;
    Ok(entry.ok_or_else(|| StoreError::corrupt("customer", "it is missing"))?)
}
