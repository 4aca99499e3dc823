//! Somebody, or the day's round, looks at where a link leads: follow it, look at the page, keep what was found.

use super::visit_link::visit_link;
use super::walk::{Walk, walk};
use crate::app::App;
use crate::edge::client::is_loopback;
use crate::edge::table::Table;
use crate::flows::program::link_address::LinkAddresses;
use crate::flows::{Kind, Refusal};
use crate::outgoing::Refused;
use crate::outgoing::fetch::check_url;
use crate::store::investigation::link_checks::{self, LinkCheck, Why};
use crate::store::program::links::{self, OwnedLink};
use crate::store::program::partners;
use crate::store::{Conn, Priority, StoreError};
use std::sync::Arc;
use url::Url;
use whence_domain::investigation::link_check::visit::{Platform, Visit};
use whence_domain::investigation::link_check::{
    Asked, ClickFact, CookieFact, Facts, KeyState, LinkState, PartnerFact, Served, Serving, TagFact, look,
};
use whence_domain::program::{DestinationRule, PartnerKey, PartnerStatus};
use whence_domain::tracking::cookie::{OLD_PARTNER_KEY_COOKIE, OLD_XID_COOKIE, PARTNER_KEY_COOKIE, XID_COOKIE};
use whence_domain::{LinkCheckId, LinkId, Mode, Tenant};

/// What is to be looked at.
#[derive(Clone, Debug)]
pub enum What {
    /// A link of the tenant.
    Link(LinkId),
    /// An address; if it is a link's, the link is looked at.
    Address(String),
}

/// A request to look.
#[derive(Clone, Debug)]
pub struct Look {
    /// At what.
    pub what: What,
    /// Whether a real browser is to look too.
    pub browser: bool,
    /// Why.
    pub why: Why,
}

/// Why nobody looked.
#[derive(Debug, thiserror::Error)]
pub enum CheckLinkError {
    /// The tenant has no such link.
    #[error("no link has this key")]
    LinkUnknown,
    /// It is no address.
    #[error("this is no address to look at: write it whole, beginning with https://")]
    NoAddress,
    /// A rule of the connector stands against it.
    #[error("{0}")]
    Forbidden(Refused),
    /// A real browser was asked for and cannot be had.
    #[error("{0}")]
    NoBrowser(String),
    /// Only a running server can follow its own links.
    #[error("links can be followed only while the server runs")]
    NoServer,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal for CheckLinkError {
    fn code(&self) -> &'static str {
        match self {
            Self::LinkUnknown => "link_not_found",
            Self::NoAddress => "no_address",
            Self::Forbidden(_) => "forbidden_address",
            Self::NoBrowser(_) => "no_browser",
            Self::NoServer => "no_server",
            Self::Store(failure) => failure.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::LinkUnknown => Kind::Missing,
            Self::NoServer => Kind::Conflict,
            Self::NoAddress | Self::Forbidden(_) | Self::NoBrowser(_) => Kind::Invalid,
            Self::Store(failure) => failure.kind(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NoAddress | Self::Forbidden(_) => Some("url"),
            Self::NoBrowser(_) => Some("browser"),
            _ => None,
        }
    }

    fn failure(&self) -> Option<&StoreError> {
        match self {
            Self::Store(failure) => Some(failure),
            _ => None,
        }
    }
}

/// Looks, and keeps what was found.
///
/// A link of this installation is followed within the process (`edge::own`); everything else passes the connector.
///
/// # Errors
/// If nobody looked, or what was found could not be kept. A person is refused where a rule of the connector stands against
/// the destination itself; of the day's round that is kept as a finding.
pub async fn check_link(app: &App, tenant: &Tenant, request: Look) -> Result<LinkCheck, CheckLinkError> {
    let edge = app.edge().ok_or(CheckLinkError::NoServer)?;
    let table = edge.links().table();
    let (start, link) = find(app, tenant, &request.what).await?;
    if !edge.is_ours(&start) {
        check_url(&start).map_err(CheckLinkError::Forbidden)?;
    }
    let mut walk = walk(app, &start).await;
    let is_destination = walk.hops.len() == walk.own_hops + 1;
    if let Some(refused) = walk.refused.filter(|refused| refused.is_forbidden() && is_destination)
        && request.why == Why::Person
    {
        return Err(CheckLinkError::Forbidden(refused));
    }
    let asked = link.or_else(|| own_link(&walk, tenant)).map(|link| asked(&table, tenant, link));
    let dest = match &asked {
        Some((_, dest)) => dest.clone(),
        None => start.to_string(),
    };
    let (host, path) = page_name(&dest, &start);
    let serving = serving(app, &table, tenant);
    let mut facts = facts(app, &table, tenant, &mut walk, &serving);
    facts.asked = asked.map(|(asked, _)| asked);
    if request.browser {
        let visit = visit_link(app, &start).await.map_err(|error| CheckLinkError::NoBrowser(error.to_string()))?;
        add_visit(&mut facts, visit, &table, tenant);
    }
    let now = app.now();
    let mut conn = app.store.read().await?;
    identify(&mut conn, tenant, &mut facts).await?;
    facts.tag_was_there = link_checks::had_tag(&mut conn, tenant, (&host, &path), now).await?;
    drop(conn);
    let check = LinkCheck {
        id: LinkCheckId::from_bits(app.id_bits(now)),
        link: facts.asked.as_ref().and_then(|asked| asked.link.clone()),
        url: start.to_string(),
        dest,
        host,
        path,
        why: request.why,
        shared_with: None,
        browser_at: facts.browser.is_some().then_some(now),
        facts,
        checked_at: now,
    };
    keep(app, tenant, check.clone()).await?;
    Ok(check)
}

/// Keeps a look.
///
/// # Errors
/// The database's.
pub async fn keep(app: &App, tenant: &Tenant, check: LinkCheck) -> Result<(), StoreError> {
    let input = (tenant.clone(), check);
    app.store
        .write(Priority::Bulk, input, |conn, (tenant, check)| Box::pin(link_checks::insert(conn, tenant, check)))
        .await
}

/// Keeps what was found through one link for another with the same destination.
///
/// # Errors
/// The database's.
pub async fn share(app: &App, tenant: &Tenant, found: &LinkCheck, link: &LinkId, why: Why) -> Result<(), StoreError> {
    let Some(edge) = app.edge().filter(|_| found.link.as_ref() != Some(link)) else { return Ok(()) };
    let (asked, dest) = asked(&edge.links().table(), tenant, link.clone());
    if dest != found.dest {
        return Ok(());
    }
    let mut facts = found.facts.clone();
    (facts.asked, facts.is_shared) = (Some(asked), true);
    let check = LinkCheck {
        id: LinkCheckId::from_bits(app.id_bits(app.now())),
        link: Some(link.clone()),
        shared_with: Some(found.id.clone()),
        why,
        facts,
        ..found.clone()
    };
    keep(app, tenant, check).await
}

/// The address to begin with, and the link if one was named.
async fn find(app: &App, tenant: &Tenant, what: &What) -> Result<(Url, Option<LinkId>), CheckLinkError> {
    match what {
        What::Address(text) => {
            let text = text.trim();
            // `go.shop.com/bo`, as people copy it, is not an address yet.
            let url = Url::parse(text).ok().filter(|url| text.contains("://") || !url.cannot_be_a_base());
            let url = url.or_else(|| Url::parse(&format!("https://{text}")).ok());
            Ok((url.ok_or(CheckLinkError::NoAddress)?, None))
        }
        What::Link(id) => {
            let mut conn = app.store.read().await?;
            let OwnedLink { link, .. } =
                links::find_owned(&mut conn, tenant, id).await?.ok_or(CheckLinkError::LinkUnknown)?;
            let addresses = LinkAddresses::of(app, &mut conn, &tenant.program).await?;
            let url = Url::parse(&addresses.link(&link.link_key)).map_err(|_| CheckLinkError::NoAddress)?;
            Ok((url, Some(link.id)))
        }
    }
}

/// The tenant's link that was followed first.
fn own_link(walk: &Walk, tenant: &Tenant) -> Option<LinkId> {
    let (program, link) = walk.link.as_ref()?;
    (program.id == tenant.program && link.row.mode == tenant.mode).then(|| LinkId::from_stored(link.row.id.clone()))
}

/// The facts of the link, as the edge serves it, and its destination.
fn asked(table: &Table, tenant: &Tenant, id: LinkId) -> (Asked, String) {
    let program = table.programs().find(|program| program.id == tenant.program);
    let link = program.and_then(|program| program.links.values().find(|link| link.row.id == id.as_str()));
    let (Some(program), Some(link)) = (program, link) else {
        let state = LinkState::NoSuchLink;
        return (Asked { link: Some(id), state, partner_key: String::new(), dest_allowed: true }, String::new());
    };
    let state = match link.target() {
        Ok(_) => LinkState::Active,
        Err("link_archived") => LinkState::Archived,
        Err("partner_not_active") => LinkState::PartnerNotActive,
        Err(_) => LinkState::UnusableDestination,
    };
    let rule = DestinationRule { site_domain: program.site_domain.clone(), allowed_hosts: program.origins.clone() };
    let host = Url::parse(&link.row.dest).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let dest_allowed = rule.allows(&host);
    let partner_key = link.row.partner_key.clone();
    (Asked { link: Some(id), state, partner_key, dest_allowed }, link.row.dest.clone())
}

/// Host and path by which checks of one page are found again.
fn page_name(dest: &str, start: &Url) -> (String, String) {
    let url = Url::parse(dest).unwrap_or_else(|_| start.clone());
    let cut = |text: &str| text.chars().take(1_024).collect::<String>();
    (cut(url.host_str().unwrap_or_default()), cut(url.path()))
}

/// What is ours: every host of the installation serves the snippet.
fn serving(app: &App, table: &Table, tenant: &Tenant) -> Serving {
    let mut hosts: Vec<String> = table.programs().flat_map(|program| program.hosts.iter().cloned()).collect();
    let app_host = app.config.app_url.host_str().unwrap_or_default().to_ascii_lowercase();
    // On a machine of one's own all its names are the app host's, as the edge has it.
    if is_loopback(&app_host) {
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
    }
    hosts.push(app_host);
    let program = table.programs().find(|program| program.id == tenant.program);
    Serving { hosts, site_domain: program.map(|program| program.site_domain.clone()).unwrap_or_default() }
}

/// What is known of a public key.
fn key_state(table: &Table, tenant: &Tenant, key: &str) -> (KeyState, Option<Mode>) {
    match table.of_public_key(key) {
        None => (KeyState::Unknown, None),
        Some((program, mode)) if program.id != tenant.program => (KeyState::OtherProgram, Some(mode)),
        Some((_, mode)) if mode != tenant.mode => (KeyState::OtherMode, Some(mode)),
        Some((_, mode)) => (KeyState::Right, Some(mode)),
    }
}

fn facts(app: &App, table: &Arc<Table>, tenant: &Tenant, walk: &mut Walk, serving: &Serving) -> Facts {
    let page = walk.page.take().map(|page| look(&page, serving, &|key| key_state(table, tenant, key)));
    let mut facts = Facts {
        hops: std::mem::take(&mut walk.hops),
        unreached: walk.unreached,
        turns_machines_away: walk.turns_machines_away,
        page,
        cookies: std::mem::take(&mut walk.cookies),
        site_domain: serving.site_domain.clone(),
        ..Facts::default()
    };
    let xid = facts.first_carrying().and_then(|(_, hop)| hop.carried.xid.clone());
    facts.click = xid.map(|xid| match app.xid_keys().verify(&xid) {
        Err(_) => ClickFact::Unknown,
        Ok(fields) => match table.of_number(fields.link_number) {
            Some((program, _)) if program.id == tenant.program && fields.mode == tenant.mode => ClickFact::Genuine,
            _ => ClickFact::Foreign,
        },
    });
    facts
}

/// Finds whose the partner key in the address is.
async fn identify(conn: &mut Conn, tenant: &Tenant, facts: &mut Facts) -> Result<(), StoreError> {
    let key = facts.first_carrying().and_then(|(_, hop)| hop.carried.partner_key.clone());
    let Some(key) = key else { return Ok(()) };
    let partner = match PartnerKey::parse(&key) {
        Ok(key) => partners::find_by_key(conn, tenant, &key).await?,
        Err(_) => None,
    };
    facts.partner = Some(match partner.map(|partner| partner.status) {
        Some(PartnerStatus::Active) => PartnerFact::Known,
        Some(_) => PartnerFact::NotActive,
        None => PartnerFact::Unknown,
    });
    Ok(())
}

/// Adds what a real browser saw: tags that scripts inserted, and cookies as they are.
fn add_visit(facts: &mut Facts, visit: Visit, table: &Table, tenant: &Tenant) {
    let named = visit.page_views().find_map(|view| view.public_key.clone());
    let known = facts.page.as_ref().is_some_and(|page| !page.tags.is_empty());
    if let Some(page) = facts.page.as_mut().filter(|_| !known) {
        for tag in visit.scripts.iter().take(10) {
            let key = named.as_ref().filter(|_| tag.platform == Platform::Ours).map(|key| key.as_str().to_owned());
            let (state, environment) = match &key {
                Some(key) => key_state(table, tenant, key),
                None => (KeyState::Computed, None),
            };
            page.tags.push(TagFact {
                served: if tag.platform == Platform::Ours { Served::Here } else { Served::OldPlatform },
                src: Some(tag.src.as_str().to_owned()),
                public_key: key,
                key: state,
                environment,
                in_head: tag.in_head,
                waits_for_consent: false,
                line: 0,
            });
        }
    }
    for cookie in &visit.cookies {
        let name = cookie.name.as_str();
        if [XID_COOKIE, PARTNER_KEY_COOKIE, OLD_XID_COOKIE, OLD_PARTNER_KEY_COOKIE].contains(&name) {
            let domain = cookie.domain.as_str().strip_prefix('.').map(str::to_owned);
            facts.cookies.push(CookieFact { name: name.to_owned(), domain, by: "browser".into() });
        }
    }
    facts.browser = Some(visit);
}
