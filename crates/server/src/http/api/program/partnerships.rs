//! `/partnerships`: partners in a program (`wire.md` 3.2, 3.4).

use super::groups::GroupObject;
use crate::app::App;
use crate::flows::program::archive_partner::archive_partner;
use crate::flows::program::create_partner::{NewPartner, create_partner};
use crate::flows::program::update_partner::{PartnerChanges, update_partner};
use crate::http::auth::ApiKey;
use crate::http::body::Fields;
use crate::http::envelope::{Data, List};
use crate::http::params::Params;
use crate::http::{Answer, ApiError};
use crate::store::program::groups;
use crate::store::program::partners::{self, PartnerFilter};
use crate::store::{Conn, StoreError};
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::{Value, json};
use whence_domain::program::{Email, Group, Partner, PartnerKey, PartnerStatus};
use whence_domain::{PartnerId, ProgramId, Tenant};

/// Characters of a group's key or slug at most.
const MAX_GROUP: usize = 64;

/// Characters of a first or last name at most (`wire.md` 3.4).
const MAX_NAME: usize = 50;

/// A partnership as the API shows it.
#[derive(Clone, Debug, Serialize)]
pub struct PartnershipObject {
    key: String,
    partner_key: String,
    email: String,
    first_name: String,
    last_name: String,
    group: Option<GroupObject>,
    approved_status: &'static str,
    archived: bool,
    claimed: bool,
    manager: Value,
    mdata: Value,
    stats: Value,
    tags: Value,
    team: Value,
    tier: Value,
    fields: Value,
    joined_at: i64,
    created_at: i64,
    updated_at: i64,
}

impl PartnershipObject {
    fn new(partner: &Partner, groups: &[Group]) -> Self {
        Self {
            key: partner.id.to_string(),
            partner_key: partner.key.to_string(),
            email: partner.email.to_string(),
            first_name: partner.first_name.clone(),
            last_name: partner.last_name.clone(),
            group: groups.iter().find(|group| group.id == partner.group).map(GroupObject::from),
            approved_status: approved_status(partner.status),
            archived: partner.status == PartnerStatus::Archived,
            claimed: false,
            manager: Value::Null,
            mdata: json!({}),
            stats: json!({}),
            tags: json!([]),
            team: Value::Null,
            tier: Value::Null,
            fields: json!([]),
            joined_at: partner.joined_at.millis(),
            created_at: partner.created_at.millis(),
            updated_at: partner.updated_at.millis(),
        }
    }

    async fn load(conn: &mut Conn, program: &ProgramId, partner: &Partner) -> Result<Self, StoreError> {
        let group = groups::find(conn, program, &partner.group).await?;
        Ok(Self::new(partner, group.as_slice()))
    }
}

/// What the interface calls a partner's standing.
fn approved_status(status: PartnerStatus) -> &'static str {
    match status {
        PartnerStatus::Active | PartnerStatus::Archived => "approved",
        PartnerStatus::Pending => "pending",
        PartnerStatus::Declined => "declined",
    }
}

fn read_status(word: &str) -> Option<PartnerStatus> {
    match word {
        "approved" | "active" => Some(PartnerStatus::Active),
        other => PartnerStatus::parse(other),
    }
}

fn unknown() -> ApiError {
    ApiError::not_found("partnership_not_found", "no partnership has this key")
}

/// `GET /partnerships`: filters `approved_status`, `group` (slug or key), `include_archived`, `keywords`.
pub async fn list(State(app): State<App>, key: ApiKey, params: Params) -> Answer<List<PartnershipObject>> {
    let page = params.page(|key| PartnerId::parse(key).is_some())?;
    let status = params.word("approved_status", read_status)?;
    let mut conn = app.store.read().await?;
    let groups = groups::list_all(&mut conn, &key.tenant.program).await?;
    let group = params.word("group", |name| {
        groups.iter().find(|group| group.id.as_str() == name || group.slug.as_str().eq_ignore_ascii_case(name))
    })?;
    let filter = PartnerFilter {
        group: group.map(|group| group.id.clone()),
        status,
        with_archived: params.flag("include_archived")? || status == Some(PartnerStatus::Archived),
        search: params.text("keywords", 255)?.map(str::to_owned),
    };
    let listed = partners::list(&mut conn, &key.tenant, &filter, &page).await?;
    Ok(Data(listed.map(|partner| PartnershipObject::new(&partner, &groups)).into()))
}

/// `POST /partnerships`: `email`; `first_name`, `last_name`, `group_key`, `partner_key`.
pub async fn create(State(app): State<App>, key: ApiKey, fields: Fields) -> Answer<PartnershipObject> {
    let new = NewPartner {
        email: fields.required("email", Email::parse)?,
        key: fields.parsed("partner_key", PartnerKey::parse)?,
        first_name: fields.text("first_name", MAX_NAME)?.unwrap_or_default(),
        last_name: fields.text("last_name", MAX_NAME)?.unwrap_or_default(),
        group: fields.text("group_key", MAX_GROUP)?,
    };
    let partner = create_partner(&app, &key.tenant, key.actor(), new).await?;
    let mut conn = app.store.read().await?;
    let object = PartnershipObject::load(&mut conn, &key.tenant.program, &partner).await?;
    Ok(Data::said(object, "Partnership created"))
}

/// `GET /partnerships/{identifier}`: by partner key, partnership key, or e-mail.
pub async fn show(State(app): State<App>, key: ApiKey, Path(identifier): Path<String>) -> Answer<PartnershipObject> {
    let mut conn = app.store.read().await?;
    let partner = find(&mut conn, &key.tenant, &identifier).await?;
    Ok(Data(PartnershipObject::load(&mut conn, &key.tenant.program, &partner).await?))
}

/// `PATCH /partnerships/{partnership_key}`: `email`, `first_name`, `last_name`, `group_key`, `archived`.
pub async fn update(
    State(app): State<App>,
    key: ApiKey,
    Path(identifier): Path<String>,
    fields: Fields,
) -> Answer<PartnershipObject> {
    let archived = fields.boolean("archived")?;
    let changes = PartnerChanges {
        email: fields.parsed("email", Email::parse)?,
        first_name: fields.text("first_name", MAX_NAME)?,
        last_name: fields.text("last_name", MAX_NAME)?,
        group: fields.text("group_key", MAX_GROUP)?,
        status: archived.map(|archived| if archived { PartnerStatus::Archived } else { PartnerStatus::Active }),
    };
    let id = find(&mut app.store.read().await?, &key.tenant, &identifier).await?.id;
    let partner = update_partner(&app, &key.tenant, key.actor(), id, changes).await?;
    let mut conn = app.store.read().await?;
    let object = PartnershipObject::load(&mut conn, &key.tenant.program, &partner).await?;
    Ok(Data::said(object, "Partnership updated"))
}

/// `DELETE /partnerships/{partnership_key}`: archives it.
pub async fn archive(State(app): State<App>, key: ApiKey, Path(identifier): Path<String>) -> Answer<PartnershipObject> {
    let id = find(&mut app.store.read().await?, &key.tenant, &identifier).await?.id;
    let partner = archive_partner(&app, &key.tenant, key.actor(), id).await?;
    let mut conn = app.store.read().await?;
    let object = PartnershipObject::load(&mut conn, &key.tenant.program, &partner).await?;
    Ok(Data::said(object, "Partnership archived"))
}

async fn find(conn: &mut Conn, tenant: &Tenant, identifier: &str) -> Result<Partner, ApiError> {
    partners::find_by_identifier(conn, tenant, identifier).await?.ok_or_else(unknown)
}
