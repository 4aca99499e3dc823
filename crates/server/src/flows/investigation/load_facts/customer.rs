//! The customer: its words of sign-up, clicks, decisions, payments and commissions, as the deciding functions read them.

use super::Scope;
use crate::flows::earning::reckon_customer::{as_fact, load_payments};
use crate::store::earning::commissions::{self, Kept, MadeBy};
use crate::store::investigation::seen_visits::{causes, xid_seen};
use crate::store::tracking::claims::{self, Claimed};
use crate::store::tracking::{attributions, customers, identities, touches};
use crate::store::{Conn, StoreError};
use whence_domain::earning::PostingKind;
use whence_domain::investigation::facts::{AgentSeen, CommissionSeen, CustomerFacts, PageName, SignUpSeen};
use whence_domain::program::Email;
use whence_domain::tracking::agent::{Browser, Device, Engine};
use whence_domain::tracking::{Claim, CustomerIdentity, Touch};
use whence_domain::{CustomerId, PartnerId};

/// What identifies a customer. Personal: it stays in this flow.
#[derive(Clone, Debug)]
pub(super) struct Identified {
    pub identity: CustomerIdentity,
    pub name: Option<String>,
}

/// Loads the customer, with what identifies it beside the facts.
pub(super) async fn load(
    conn: &mut Conn,
    scope: &Scope<'_>,
    id: &CustomerId,
) -> Result<Option<(CustomerFacts, Identified)>, StoreError> {
    let tenant = scope.tenant;
    let Some(entry) = customers::find(conn, tenant, id).await? else { return Ok(None) };
    let customer = entry.customer;
    let names = identities::list(conn, tenant, id).await?;
    let claimed = claims::list(conn, tenant, id).await?;
    let claims: Vec<Claim> = claimed.iter().map(|claim| as_fact(claim, &customer, &names)).collect();
    let touches: Vec<Touch> = touches::list(conn, tenant, id).await?.into_iter().map(|(touch, _)| touch).collect();
    let (transactions, paid) = load_payments(conn, tenant, id).await?;
    let commissions = commissions::list_of_customer(conn, tenant, id).await?;
    let email = customer.identity.email.as_ref();
    let partners_email = scope.asking().map(|partner| &partner.email);
    let facts = CustomerFacts {
        id: id.clone(),
        confirmed_at: customer.confirmed_at,
        signed_up_at: claims.iter().map(|claim| claim.occurred_at).min().unwrap_or(customer.signed_up_at),
        sign_ups: claimed.iter().map(sign_up).collect(),
        claims,
        touches,
        decisions: attributions::list_decisions(conn, tenant, id).await?,
        paid,
        settled_at: None,
        transactions,
        commissions: commissions.iter().map(seen).collect(),
        has_provider_key: customer.identity.provider_key.is_some(),
        is_partner_itself: email.is_some() && email == partners_email,
        same_domain_as_partner: email.zip(partners_email).is_some_and(|(one, other)| share_a_domain(one, other)),
    };
    Ok(Some((facts, Identified { identity: customer.identity, name: customer.name })))
}

/// Every partner that bears on whose the customer is.
pub(super) fn partners_of(customer: &CustomerFacts) -> Vec<PartnerId> {
    let claims = customer.claims.iter().filter_map(|claim| claim.named_partner.clone());
    let touches = customer.touches.iter().map(|touch| touch.partner.clone());
    let decisions = customer.decisions.iter().filter_map(|decision| decision.partner.clone());
    let commissions = customer.commissions.iter().map(|commission| commission.partner.clone());
    claims.chain(touches).chain(decisions).chain(commissions).collect()
}

fn sign_up(claim: &Claimed) -> SignUpSeen {
    let page = claim.page_host.as_deref().zip(claim.page_path.as_deref());
    let agent = claim.browser.as_deref().zip(claim.engine.as_deref()).map(|(browser, engine)| AgentSeen {
        browser: Browser::parse(browser).unwrap_or(Browser::Other),
        engine: Engine::parse(engine).unwrap_or(Engine::Other),
        device: claim.device.as_deref().map(|device| Device::parse(device).unwrap_or(Device::Other)),
    });
    SignUpSeen {
        claim: claim.id.clone(),
        source: claim.source,
        at: claim.occurred_at,
        page: page.map(|(host, path)| PageName::of(host, path)),
        xid: xid_seen(&claim.xid_verdict),
        problems: causes(&claim.problems),
        snippet: claim.snippet.clone(),
        agent,
        without_consent: matches!(claim.consent.as_deref(), Some("denied" | "required")),
    }
}

fn seen(kept: &Kept) -> CommissionSeen {
    CommissionSeen {
        id: kept.id.clone(),
        partner: kept.partner.clone(),
        amount: kept.amount,
        status: kept.status,
        hold: kept.hold,
        at: kept.created_at,
        by_hand: kept.made_by == MadeBy::Hand || kept.kind == PostingKind::Manual,
    }
}

/// Whether both addresses are of one company: a domain that not everybody can have.
fn share_a_domain(one: &Email, other: &Email) -> bool {
    one.host() == other.host() && !PUBLIC_HOSTS.contains(&one.host())
}

/// Where anybody can have an address.
const PUBLIC_HOSTS: [&str; 40] = [
    "aol.com",
    "bluewin.ch",
    "btinternet.com",
    "comcast.net",
    "duck.com",
    "fastmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.fr",
    "icloud.com",
    "laposte.net",
    "libero.it",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "orange.fr",
    "outlook.com",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yandex.ru",
    "ymail.com",
];
