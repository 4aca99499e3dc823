//! `/clicks` (`product.md` 5 "REST API"). Reads wait until what this node acknowledged is in the database.

use crate::app::App;
use crate::http::auth::ApiKey;
use crate::http::envelope::{Data, List};
use crate::http::params::Params;
use crate::http::{Answer, ApiError};
use crate::store::program::{links, partners};
use crate::store::tracking::click_lists::{self, ClickFilter, ShownClick};
use crate::store::tracking::misses::{self, Miss, MissKey};
use crate::store::{Conn, Cursor, Page};
use axum::extract::{Path, State};
use serde::Serialize;
use whence_domain::Tenant;
use whence_domain::program::Slug;
use whence_domain::tracking::{ClickKey, Outcome};

/// Characters of what names a partner at most: an e-mail address is the longest.
const MAX_IDENTIFIER: usize = 254;

/// A click as the API shows it.
#[derive(Clone, Debug, Serialize)]
pub struct ClickObject {
    key: String,
    xid: Option<String>,
    link_key: String,
    partner_key: Option<String>,
    outcome: &'static str,
    reason: Option<String>,
    dest: Option<String>,
    earlier_xids: Vec<String>,
    sub_ids: Vec<String>,
    referrer_host: Option<String>,
    device: Option<String>,
    browser: Option<String>,
    country: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl From<ShownClick> for ClickObject {
    fn from(click: ShownClick) -> Self {
        Self {
            key: click.xid.clone(),
            xid: Some(click.xid),
            link_key: click.link_key,
            partner_key: Some(click.partner_key),
            outcome: click.outcome.as_str(),
            reason: None,
            dest: Some(click.dest),
            earlier_xids: click.earlier_xids,
            sub_ids: click.sub_ids,
            referrer_host: click.referrer_host,
            device: Some(click.device),
            browser: Some(click.browser),
            country: click.country,
            created_at: click.occurred_at.millis(),
            updated_at: click.reclassified_at.unwrap_or(click.occurred_at).millis(),
        }
    }
}

impl From<Miss> for ClickObject {
    /// A request that led nowhere has no click id; its link key is what was asked for, if no link is behind it.
    fn from(miss: Miss) -> Self {
        Self {
            key: miss.key.to_string(),
            xid: None,
            link_key: miss.link_key.unwrap_or_else(|| miss.path.trim_start_matches('/').to_owned()),
            partner_key: miss.partner_key,
            outcome: miss.outcome.as_str(),
            reason: Some(miss.reason),
            dest: None,
            earlier_xids: Vec::new(),
            sub_ids: Vec::new(),
            referrer_host: miss.referrer_host,
            device: None,
            browser: None,
            country: None,
            created_at: miss.occurred_at.millis(),
            updated_at: miss.occurred_at.millis(),
        }
    }
}

/// `GET /clicks`: filters `partner_key`, `link_key`, `outcome`, times; `count=1` adds `total`. Cursors are the keys of
/// the list, which are click ids. Requests that led nowhere are listed where their outcome, `unknown` or `inactive`, is
/// asked for.
pub async fn list(State(app): State<App>, key: ApiKey, params: Params) -> Answer<List<ClickObject>> {
    let outcome = params.word("outcome", Outcome::parse)?;
    let missed = outcome.filter(|outcome| matches!(outcome, Outcome::Unknown | Outcome::Inactive));
    let page = params.page(|key| match missed {
        Some(_) => MissKey::parse(key).is_some(),
        None => key_of(&app, key).is_some(),
    })?;
    let counted = params.flag("count")?;
    let (partner, link) = (params.text("partner_key", MAX_IDENTIFIER)?, params.parsed("link_key", Slug::parse)?);
    app.drain_barrier().await;
    let mut conn = app.store.read().await?;
    let Some(filter) = filter(&mut conn, &key.tenant, partner, link).await? else {
        let total = counted.then_some(0);
        return Ok(Data(List { has_more: false, items: Vec::new(), total }));
    };
    if let Some(outcome) = missed {
        let partner = filter.partner.as_ref();
        let listed = misses::list(&mut conn, &key.tenant, outcome, partner, &page).await?;
        let mut shown = List::from(listed.map(ClickObject::from));
        if counted {
            shown.total = Some(misses::count(&mut conn, &key.tenant, outcome, partner, &page).await?);
        }
        return Ok(Data(shown));
    }
    let filter = ClickFilter { outcome, ..filter };
    let listed = click_lists::list(&mut conn, &key.tenant, &filter, &page, bound(&app, &page)).await?;
    let mut shown = List::from(listed.map(ClickObject::from));
    if counted {
        shown.total = Some(click_lists::count(&mut conn, &key.tenant, &filter, &page).await?);
    }
    Ok(Data(shown))
}

/// `GET /clicks/{xid}`.
pub async fn show(State(app): State<App>, caller: ApiKey, Path(xid): Path<String>) -> Answer<ClickObject> {
    let unknown = || ApiError::not_found("click_not_found", "no click has this id");
    let key = key_of(&app, &xid).ok_or_else(unknown)?;
    app.drain_barrier().await;
    let mut conn = app.store.read().await?;
    let click = click_lists::find(&mut conn, &caller.tenant, key).await?.filter(|click| click.xid == xid);
    Ok(Data(click.ok_or_else(unknown)?.into()))
}

/// What an id says about which click it is; nothing if it is none of ours.
fn key_of(app: &App, xid: &str) -> Option<ClickKey> {
    app.xid_keys().verify(xid).ok().map(|fields| fields.key)
}

fn bound(app: &App, page: &Page) -> Option<ClickKey> {
    match &page.cursor {
        Some(Cursor::After(xid) | Cursor::Before(xid)) => key_of(app, xid),
        None => None,
    }
}

/// The partner and the link that a query names; nothing if one of them is not there, and so has no clicks.
async fn filter(
    conn: &mut Conn,
    tenant: &Tenant,
    partner: Option<&str>,
    link: Option<Slug>,
) -> Result<Option<ClickFilter>, ApiError> {
    let mut filter = ClickFilter::default();
    if let Some(identifier) = partner {
        let Some(partner) = partners::find_by_identifier(conn, tenant, identifier).await? else { return Ok(None) };
        filter.partner = Some(partner.id);
    }
    if let Some(key) = link {
        let Some(link) = links::find_by_link_key(conn, tenant, &key).await? else { return Ok(None) };
        filter.link = Some(link.id);
    }
    Ok(Some(filter))
}
