//! Claims: somebody's word that a customer signed up, with what was seen on the page.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all};
use whence_domain::investigation::name_match;
use whence_domain::program::Email;
use whence_domain::tracking::{ClaimSource, CustomerIdentity, CustomerKey};
use whence_domain::{ClaimId, CustomerId, EventId, Instant, PartnerId, Tenant};

/// A claim with everything that was said along with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its id.
    pub id: ClaimId,
    /// Who made it.
    pub source: ClaimSource,
    /// The names it gives.
    pub identity: CustomerIdentity,
    /// What it calls the customer.
    pub name: Option<String>,
    /// The partner it names, if anybody has that key.
    pub partner: Option<PartnerId>,
    /// The partner key it names, as sent.
    pub partner_key: Option<String>,
    /// The click id it brings, as sent.
    pub xid: Option<String>,
    /// What became of that id: `genuine`, `forged`, `foreign` or `absent`.
    pub xid_verdict: String,
    /// Where the snippet had the id from.
    pub xid_source: Option<String>,
    /// Host of the page.
    pub page_host: Option<String>,
    /// Path of the page.
    pub page_path: Option<String>,
    /// Version of the snippet.
    pub snippet: Option<String>,
    /// What the snippet saw go wrong: a JSON array of cause codes.
    pub problems: String,
    /// `low` for a browser without an Origin, `browser`, `signed`, `secret_key`, `person`.
    pub trust: String,
    /// Browser family, if a browser sent it.
    pub browser: Option<String>,
    /// Its engine.
    pub engine: Option<String>,
    /// Its kind of device.
    pub device: Option<String>,
    /// What the page said about consent: `granted`, `denied` or `required`.
    pub consent: Option<String>,
    /// The day in the program's zone on which it counts for its page, if a page said it.
    pub day: Option<String>,
    /// The page's path, folded, as it is counted under.
    pub page_template: Option<String>,
    /// The event it came in.
    pub event: Option<EventId>,
    /// When it confirmed the customer, if it does.
    pub confirmed_at: Option<Instant>,
    /// When the customer signed up, by this claim.
    pub occurred_at: Instant,
    /// When we learned of it.
    pub recorded_at: Instant,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    source: String,
    customer_key: Option<String>,
    email: Option<String>,
    name: Option<String>,
    provider_key: Option<String>,
    partner_id: Option<String>,
    partner_key: Option<String>,
    xid: Option<String>,
    xid_verdict: String,
    xid_source: Option<String>,
    page_host: Option<String>,
    page_path: Option<String>,
    snippet: Option<String>,
    problems: String,
    trust: String,
    browser: Option<String>,
    engine: Option<String>,
    device: Option<String>,
    consent: Option<String>,
    day: Option<String>,
    page_template: Option<String>,
    event_id: Option<String>,
    confirmed_at: Option<i64>,
    occurred_at: i64,
    recorded_at: i64,
}

impl Row {
    fn into_claimed(self) -> Result<Claimed, StoreError> {
        let key = |text: Option<String>| {
            text.map(|text| CustomerKey::parse(&text)).transpose().map_err(|error| StoreError::corrupt("claim", error))
        };
        Ok(Claimed {
            id: ClaimId::from_stored(self.id),
            source: ClaimSource::parse(&self.source).ok_or_else(|| StoreError::corrupt("claim", &self.source))?,
            identity: CustomerIdentity {
                customer_key: key(self.customer_key)?,
                provider_key: key(self.provider_key)?,
                email: self
                    .email
                    .map(|text| Email::parse(&text))
                    .transpose()
                    .map_err(|error| StoreError::corrupt("claim", error))?,
            },
            name: self.name,
            partner: self.partner_id.map(PartnerId::from_stored),
            partner_key: self.partner_key,
            xid: self.xid,
            xid_verdict: self.xid_verdict,
            xid_source: self.xid_source,
            page_host: self.page_host,
            page_path: self.page_path,
            snippet: self.snippet,
            problems: self.problems,
            trust: self.trust,
            browser: self.browser,
            engine: self.engine,
            device: self.device,
            consent: self.consent,
            day: self.day,
            page_template: self.page_template,
            event: self.event_id.map(EventId::from_stored),
            confirmed_at: self.confirmed_at.map(Instant::from_micros),
            occurred_at: Instant::from_micros(self.occurred_at),
            recorded_at: Instant::from_micros(self.recorded_at),
        })
    }
}

/// Keeps a claim, resolved to a customer.
pub async fn insert(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
    claim: &Claimed,
) -> Result<(), StoreError> {
    execute!(
        conn,
        "claims.insert",
        claim.id.as_str(),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        customer.as_str(),
        claim.source.code(),
        claim.identity.customer_key.as_ref().map(CustomerKey::as_str),
        claim.identity.email.as_ref().map(Email::as_str),
        claim.name.as_deref(),
        claim.identity.provider_key.as_ref().map(CustomerKey::as_str),
        claim.partner.as_ref().map(PartnerId::as_str),
        claim.partner_key.as_deref(),
        claim.xid.as_deref(),
        &claim.xid_verdict,
        claim.xid_source.as_deref(),
        claim.page_host.as_deref(),
        claim.page_path.as_deref(),
        claim.snippet.as_deref(),
        &claim.problems,
        &claim.trust,
        claim.browser.as_deref(),
        claim.engine.as_deref(),
        claim.device.as_deref(),
        claim.consent.as_deref(),
        claim.day.as_deref(),
        claim.page_template.as_deref(),
        claim.event.as_ref().map(EventId::as_str),
        claim.confirmed_at.map(Instant::micros),
        claim.occurred_at.micros(),
        claim.recorded_at.micros(),
        claim.name.as_deref().and_then(name_match::keys).map(|keys| keys.forward)
    )?;
    Ok(())
}

/// Every claim about a customer, in the order of the sign-ups they tell of.
pub async fn list(conn: &mut Conn, tenant: &Tenant, customer: &CustomerId) -> Result<Vec<Claimed>, StoreError> {
    fetch_all!(conn, Row, "claims.list", tenant.program.as_str(), tenant.mode.as_str(), customer.as_str())?
        .into_iter()
        .map(Row::into_claimed)
        .collect()
}

/// Gives all claims about one customer to another.
pub async fn move_all(conn: &mut Conn, tenant: &Tenant, from: &CustomerId, to: &CustomerId) -> Result<(), StoreError> {
    execute!(conn, "claims.move", tenant.program.as_str(), tenant.mode.as_str(), from.as_str(), to.as_str())?;
    Ok(())
}
