//! `/links`: the addresses that partners share (`product.md` 5 "REST API").

use crate::app::App;
use crate::flows::program::create_link::{NewLink, create_link};
use crate::flows::program::link_address::LinkAddresses;
use crate::flows::program::update_link::{LinkChanges, archive_link, update_link};
use crate::http::auth::ApiKey;
use crate::http::body::Fields;
use crate::http::envelope::{Data, List};
use crate::http::params::Params;
use crate::http::{Answer, ApiError};
use crate::store::program::links::{self, LinkFilter, OwnedLink};
use crate::store::program::partners;
use crate::store::{Listed, Page};
use axum::extract::{Path, State};
use serde::Serialize;
use whence_domain::program::{Destination, Slug};
use whence_domain::{LinkId, PartnerId, Tenant};

/// Characters of a title at most.
const MAX_TITLE: usize = 255;

/// Characters of what names a partner at most: an e-mail address is the longest.
const MAX_IDENTIFIER: usize = 254;

/// A link as the API shows it.
#[derive(Clone, Debug, Serialize)]
pub struct LinkObject {
    key: String,
    link_key: String,
    url: String,
    dest: String,
    title: Option<String>,
    partner_key: String,
    partnership_key: String,
    archived: bool,
    created_at: i64,
    updated_at: i64,
}

impl LinkObject {
    fn new(owned: &OwnedLink, addresses: &LinkAddresses) -> Self {
        let link = &owned.link;
        Self {
            key: link.id.to_string(),
            link_key: link.link_key.to_string(),
            url: addresses.link(&link.link_key),
            dest: link.dest.to_string(),
            title: link.title.clone(),
            partner_key: owned.partner_key.to_string(),
            partnership_key: link.partner.to_string(),
            archived: link.archived_at.is_some(),
            created_at: link.created_at.millis(),
            updated_at: link.updated_at.millis(),
        }
    }
}

fn unknown() -> ApiError {
    ApiError::not_found("link_not_found", "no link has this key")
}

fn read_id(key: &str) -> Result<LinkId, ApiError> {
    LinkId::parse(key).ok_or_else(unknown)
}

/// `GET /links`: filters `partner_key`, `include_archived`.
pub async fn list(State(app): State<App>, key: ApiKey, params: Params) -> Answer<List<LinkObject>> {
    let page = params.page(|key| LinkId::parse(key).is_some())?;
    let with_archived = params.flag("include_archived")?;
    let partner = match params.text("partner_key", MAX_IDENTIFIER)? {
        None => None,
        Some(identifier) => {
            let mut conn = app.store.read().await?;
            match partners::find_by_identifier(&mut conn, &key.tenant, identifier).await? {
                Some(partner) => Some(partner.id),
                // A partner that is not there has no links; that is an answer, not an error.
                None => return Ok(Data(Listed { items: Vec::new(), has_more: false }.into())),
            }
        }
    };
    page_of(&app, &key.tenant, LinkFilter { partner, with_archived }, &page).await
}

/// `GET /links/partnership/{identifier}`: the links of a partner, by partner key, partnership key, or e-mail.
pub async fn list_of_partnership(
    State(app): State<App>,
    key: ApiKey,
    Path(identifier): Path<String>,
    params: Params,
) -> Answer<List<LinkObject>> {
    let page = params.page(|key| LinkId::parse(key).is_some())?;
    let with_archived = params.flag("include_archived")?;
    let partner = partners::find_by_identifier(&mut app.store.read().await?, &key.tenant, &identifier).await?;
    let missing = || ApiError::not_found("partnership_not_found", "no partnership has this key");
    let partner: PartnerId = partner.ok_or_else(missing)?.id;
    page_of(&app, &key.tenant, LinkFilter { partner: Some(partner), with_archived }, &page).await
}

async fn page_of(app: &App, tenant: &Tenant, filter: LinkFilter, page: &Page) -> Answer<List<LinkObject>> {
    let mut conn = app.store.read().await?;
    let addresses = LinkAddresses::of(app, &mut conn, &tenant.program).await?;
    let listed = links::list(&mut conn, tenant, &filter, page).await?;
    Ok(Data(listed.map(|link| LinkObject::new(&link, &addresses)).into()))
}

/// `POST /links`: `partner_key`, `dest`; `link_key`, `title`.
pub async fn create(State(app): State<App>, key: ApiKey, fields: Fields) -> Answer<LinkObject> {
    let new = NewLink {
        partner: fields.required_text("partner_key", MAX_IDENTIFIER)?,
        dest: fields.required("dest", Destination::parse)?,
        link_key: fields.parsed("link_key", Slug::parse_link_key)?,
        title: fields.text("title", MAX_TITLE)?,
    };
    let link = create_link(&app, &key.tenant, key.actor(), new).await?;
    Ok(Data::said(load(&app, &key.tenant, &link.id).await?, "Link created"))
}

/// `GET /links/{key}`.
pub async fn show(State(app): State<App>, caller: ApiKey, Path(key): Path<String>) -> Answer<LinkObject> {
    Ok(Data(load(&app, &caller.tenant, &read_id(&key)?).await?))
}

/// `PATCH /links/{key}`: `partner_key`, `dest`, `link_key`, `title`, `archived`.
pub async fn update(
    State(app): State<App>,
    caller: ApiKey,
    Path(key): Path<String>,
    fields: Fields,
) -> Answer<LinkObject> {
    let changes = LinkChanges {
        partner: fields.text("partner_key", MAX_IDENTIFIER)?,
        dest: fields.parsed("dest", Destination::parse)?,
        link_key: fields.parsed("link_key", Slug::parse_link_key)?,
        title: fields.text("title", MAX_TITLE)?.map(Some),
        archived: fields.boolean("archived")?,
    };
    let id = read_id(&key)?;
    update_link(&app, &caller.tenant, caller.actor(), id.clone(), changes).await?;
    Ok(Data::said(load(&app, &caller.tenant, &id).await?, "Link updated"))
}

/// `DELETE /links/{key}`: archives it; its address answers 410 from now on.
pub async fn archive(State(app): State<App>, caller: ApiKey, Path(key): Path<String>) -> Answer<LinkObject> {
    let id = read_id(&key)?;
    archive_link(&app, &caller.tenant, caller.actor(), id.clone()).await?;
    Ok(Data::said(load(&app, &caller.tenant, &id).await?, "Link archived"))
}

async fn load(app: &App, tenant: &Tenant, id: &LinkId) -> Result<LinkObject, ApiError> {
    let mut conn = app.store.read().await?;
    let link = links::find_owned(&mut conn, tenant, id).await?.ok_or_else(unknown)?;
    let addresses = LinkAddresses::of(app, &mut conn, &tenant.program).await?;
    Ok(LinkObject::new(&link, &addresses))
}
