//! A browser says that its visitor signed up: an unconfirmed claim (`product.md` 4 "Claims, identity, attribution").

use super::presented::Presented;
use super::record_claim::{NewClaim, Trust, record_claim};
use crate::app::App;
use crate::clock::Ids;
use crate::store::earning::events::{self, Event};
use crate::store::{Conn, Priority, StoreError};
use std::sync::Arc;
use whence_domain::investigation::EventCause;
use whence_domain::program::Email;
use whence_domain::tracking::xid::KeyRing;
use whence_domain::tracking::{Agent, CameBy, ClaimSource, CustomerIdentity, CustomerKey};
use whence_domain::{EventId, Instant, Tenant};

/// A sign-up as `/v1/signup` received it, checked for shape and sizes.
#[derive(Clone, Debug)]
pub struct SignUpRequest {
    /// Whose public key it came with.
    pub tenant: Tenant,
    /// The e-mail address; this or the customer key is there.
    pub email: Option<Email>,
    /// The company's own id.
    pub customer_key: Option<CustomerKey>,
    /// What the customer is called.
    pub name: Option<String>,
    /// The partner key that the snippet had.
    pub partner_key: Option<String>,
    /// The click id that the snippet had.
    pub xid: Option<String>,
    /// Where it had it from: `cookie`, `storage` or `url`.
    pub xid_source: Option<String>,
    /// Host of the page.
    pub page_host: Option<String>,
    /// Path of the page, without its query.
    pub page_path: Option<String>,
    /// Version of the snippet.
    pub snippet: Option<String>,
    /// Cause codes that the snippet saw.
    pub problems: Vec<String>,
    /// Whether an Origin said that a page of the program's site sent it.
    pub from_site: bool,
    /// What the page said about consent.
    pub consent: Option<String>,
    /// What the visitor browses with.
    pub agent: Option<Agent>,
}

struct Input {
    request: SignUpRequest,
    keys: Arc<KeyRing>,
    ids: Ids,
    now: Instant,
}

/// Keeps the sign-up. The caller is told the same whether the customer is new, known or forged.
///
/// # Errors
/// The store's, if it could not be kept.
pub async fn sign_up(app: &App, request: SignUpRequest) -> Result<(), StoreError> {
    let now = app.now();
    let input = Input { request, keys: app.xid_keys(), ids: Ids::at(now), now };
    app.store.write(Priority::SignUp, input, |conn, input| Box::pin(keep(conn, input))).await
}

async fn keep(conn: &mut Conn, input: &Input) -> Result<(), StoreError> {
    let Input { request, keys, ids, now } = input;
    let event = EventId::from_bits(ids.next());
    let claim = NewClaim {
        source: ClaimSource::Snippet,
        identity: CustomerIdentity {
            customer_key: request.customer_key.clone(),
            provider_key: None,
            email: request.email.clone(),
        },
        name: request.name.clone(),
        partner_key: request.partner_key.clone(),
        presented: request.xid.as_deref().map(|xid| Presented::read(xid, came_by(request), keys)),
        xid_source: request.xid_source.clone(),
        page_host: request.page_host.clone(),
        page_path: request.page_path.clone(),
        snippet: request.snippet.clone(),
        problems: request.problems.clone(),
        trust: if request.from_site { Trust::Browser } else { Trust::Low },
        consent: request.consent.clone(),
        agent: request.agent,
        event: Some(event.clone()),
        occurred_at: *now,
    };
    let recorded = record_claim(conn, &request.tenant, &claim, keys, ids, *now).await?;
    let arrived = Event {
        id: event,
        kind: "signup".into(),
        outcome: if recorded.repeated { "duplicate" } else { "recorded" },
        cause: if recorded.repeated { EventCause::SignUpRepeated } else { EventCause::SignUpTold },
        source: "snippet",
        subject: Some(("customer", recorded.customer.to_string())),
        delivery_key: None,
        replay_of: None,
        at: *now,
    };
    events::insert(conn, &request.tenant, &arrived).await
}

fn came_by(request: &SignUpRequest) -> CameBy {
    match request.xid_source.as_deref() {
        Some("cookie") => CameBy::Cookie,
        Some("storage") => CameBy::Storage,
        Some("url") => CameBy::Url,
        _ => CameBy::Unsaid,
    }
}
