//! Somebody says that a customer signed up: the word is kept, its click becomes a touch, and the customer is reckoned.

use super::presented::{self, Presented, XidVerdict};
use super::resolve_customer::{Spoken, resolve_customer};
use crate::clock::Ids;
use crate::flows::earning::reckon_customer::reckon_customer;
use crate::store::program::{partners, programs};
use crate::store::tracking::claims::{self, Claimed};
use crate::store::tracking::page_days::{self, Counts, PageDay};
use crate::store::tracking::{clicks, touches};
use crate::store::{Conn, StoreError};
use jiff::tz::TimeZone;
use whence_domain::investigation::facts::PageName;
use whence_domain::program::PartnerKey;
use whence_domain::tracking::xid::KeyRing;
use whence_domain::tracking::{Agent, CameBy, ClaimSource, CustomerIdentity};
use whence_domain::{ClaimId, CustomerId, Day, EventId, Instant, PartnerId, Tenant};

/// What is said, and what was seen along with it.
#[derive(Clone, Debug)]
pub struct NewClaim {
    /// Who says so.
    pub source: ClaimSource,
    /// The names given.
    pub identity: CustomerIdentity,
    /// What the customer is called.
    pub name: Option<String>,
    /// The partner key that was sent.
    pub partner_key: Option<String>,
    /// The click id that was sent.
    pub presented: Option<Presented>,
    /// Where the snippet says it had the id from.
    pub xid_source: Option<String>,
    /// Host of the page.
    pub page_host: Option<String>,
    /// Path of the page.
    pub page_path: Option<String>,
    /// Version of the snippet.
    pub snippet: Option<String>,
    /// Cause codes that the snippet told.
    pub problems: Vec<String>,
    /// How far it is to be believed.
    pub trust: Trust,
    /// What the page said about consent.
    pub consent: Option<String>,
    /// What sent it, if a browser did.
    pub agent: Option<Agent>,
    /// The event it came in.
    pub event: Option<EventId>,
    /// When the customer signed up.
    pub occurred_at: Instant,
}

/// Where the evidence comes from (`product.md` 4 "Evidence, privacy").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// With the public key, from nowhere in particular.
    Low,
    /// With the public key, from a page of the program's site.
    Browser,
    /// Signed by a payment provider.
    Signed,
    /// With a secret key or token.
    SecretKey,
    /// Entered by a person who signed in.
    Person,
}

impl Trust {
    /// The stored word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Browser => "browser",
            Self::Signed => "signed",
            Self::SecretKey => "secret_key",
            Self::Person => "person",
        }
    }
}

/// What became of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Of whom it speaks.
    pub customer: CustomerId,
    /// Whether the same page said the same a moment before; then nothing was kept.
    pub repeated: bool,
}

/// How soon the same word of a browser is the same sign-up told twice.
const REPEATED_WITHIN_MICROS: i64 = 60_000_000;

/// Keeps the claim, resolves its customer, and reckons what follows. Runs inside a unit of work.
pub async fn record_claim(
    conn: &mut Conn,
    tenant: &Tenant,
    claim: &NewClaim,
    keys: &KeyRing,
    ids: &Ids,
    now: Instant,
) -> Result<Recorded, StoreError> {
    let confirmed = claim.source.is_authenticated();
    let spoken = Spoken {
        identity: claim.identity.clone(),
        name: claim.name.clone(),
        confirmed,
        signed_up_at: Some(claim.occurred_at),
    };
    let customer = resolve_customer(conn, tenant, &spoken, ids, now).await?.customer;
    let known = claims::list(conn, tenant, &customer).await?;
    if known.iter().any(|known| is_repeated(known, claim)) {
        return Ok(Recorded { customer, repeated: true });
    }
    let (verdict, touch) = presented::weigh(conn, tenant, claim.presented.as_ref()).await?;
    let partner = find_partner(conn, tenant, claim.partner_key.as_deref()).await?;
    if known.iter().any(|known| is_replayed(known, claim, partner.as_ref(), verdict)) {
        reckon_customer(conn, tenant, &customer, ids, now).await?;
        return Ok(Recorded { customer, repeated: true });
    }
    let page = page_of(conn, tenant, claim).await?;
    let id = ClaimId::from_bits(ids.next());
    let kept = kept(claim, id, partner, verdict, page.as_ref(), confirmed.then_some(now), now);
    claims::insert(conn, tenant, &customer, &kept).await?;
    if let Some(page) = &page {
        let with_click = i64::from(touch.is_some());
        let counts = Counts { sign_ups: 1, sign_ups_with_click: with_click, ..Counts::default() };
        page_days::add(conn, page, page_days::slot_of(&kept.id), &counts).await?;
    }
    if let Some(touch) = touch {
        touches::insert(conn, tenant, &kept.id, &touch, now).await?;
        // What the click's own request still carried in its cookies proves who was clicked before.
        for earlier in clicks::earlier_xids(conn, tenant, &touch.id).await? {
            let presented = Presented::read(&earlier, CameBy::Earlier, keys);
            if let (_, Some(earlier)) = presented::weigh(conn, tenant, Some(&presented)).await? {
                touches::insert(conn, tenant, &kept.id, &earlier, now).await?;
            }
        }
    }
    reckon_customer(conn, tenant, &customer, ids, now).await?;
    Ok(Recorded { customer, repeated: false })
}

/// A page that is left while it sends may send again by its beacon, and neither knows of the other. The same word within a
/// minute is the same sign-up.
fn is_repeated(known: &Claimed, claim: &NewClaim) -> bool {
    let xid = claim.presented.as_ref().map(|presented| presented.text.as_str());
    claim.source == ClaimSource::Snippet
        && known.source == claim.source
        && known.identity == claim.identity
        && known.name == claim.name
        && known.xid.as_deref() == xid
        && known.occurred_at <= claim.occurred_at
        && claim.occurred_at <= known.occurred_at.plus_micros(REPEATED_WITHIN_MICROS)
}

/// A delivery that is read again says what it said; only if its partner or its click is known by now is it news.
fn is_replayed(known: &Claimed, claim: &NewClaim, partner: Option<&PartnerId>, verdict: XidVerdict) -> bool {
    let xid = claim.presented.as_ref().map(|presented| presented.text.as_str());
    known.event.is_some()
        && known.event == claim.event
        && known.identity == claim.identity
        && known.partner.as_ref() == partner
        && known.xid.as_deref() == xid
        && known.xid_verdict == verdict.code()
}

/// Where the sign-up counts, if a page told of it.
async fn page_of(conn: &mut Conn, tenant: &Tenant, claim: &NewClaim) -> Result<Option<PageDay>, StoreError> {
    let (Some(host), Some(path)) = (&claim.page_host, &claim.page_path) else { return Ok(None) };
    let program = programs::get(conn, &tenant.program).await?;
    let zone = TimeZone::get(&program.time_zone).unwrap_or(TimeZone::UTC);
    let day = Day::of(claim.occurred_at, &zone).as_str().to_owned();
    page_days::settle(conn, PageDay::new(tenant, &day, PageName::of(host, path))).await.map(Some)
}

async fn find_partner(conn: &mut Conn, tenant: &Tenant, key: Option<&str>) -> Result<Option<PartnerId>, StoreError> {
    let Some(key) = key.and_then(|key| PartnerKey::parse(key).ok()) else { return Ok(None) };
    Ok(partners::find_by_key(conn, tenant, &key).await?.map(|partner| partner.id))
}

fn kept(
    claim: &NewClaim,
    id: ClaimId,
    partner: Option<PartnerId>,
    verdict: XidVerdict,
    page: Option<&PageDay>,
    confirmed_at: Option<Instant>,
    now: Instant,
) -> Claimed {
    Claimed {
        id,
        source: claim.source,
        identity: claim.identity.clone(),
        name: claim.name.clone(),
        partner,
        partner_key: claim.partner_key.clone(),
        xid: claim.presented.as_ref().map(|presented| presented.text.clone()),
        xid_verdict: verdict.code().to_owned(),
        xid_source: claim.xid_source.clone(),
        page_host: claim.page_host.clone(),
        page_path: claim.page_path.clone(),
        snippet: claim.snippet.clone(),
        problems: serde_json::Value::from(claim.problems.clone()).to_string(),
        trust: claim.trust.code().to_owned(),
        browser: claim.agent.map(|agent| agent.browser.as_str().to_owned()),
        engine: claim.agent.map(|agent| agent.engine.as_str().to_owned()),
        device: claim.agent.map(|agent| agent.device.as_str().to_owned()),
        consent: claim.consent.clone(),
        day: page.map(|page| page.day.clone()),
        page_template: page.map(|page| page.page.path.clone()),
        event: claim.event.clone(),
        confirmed_at,
        occurred_at: claim.occurred_at,
        recorded_at: now,
    }
}
