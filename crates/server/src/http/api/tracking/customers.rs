//! `/api/v2/customers` (`wire.md` 3.2, 3.4; `product.md` 5 "REST API").

use crate::app::App;
use crate::flows::tracking::find_customer::find_customer;
use crate::flows::tracking::record_customer::{NewCustomer, record_customer};
use crate::flows::tracking::update_customer::{CustomerChanges, update_customer};
use crate::http::auth::ApiKey;
use crate::http::body::Fields;
use crate::http::envelope::{Data, List};
use crate::http::params::Params;
use crate::http::{Answer, ApiError};
use crate::store::Conn;
use crate::store::program::partners;
use crate::store::tracking::attributions;
use crate::store::tracking::customers::{self, Entry, Filter};
use axum::extract::{Path, State};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use whence_domain::program::{Email, Partner, PartnerKey};
use whence_domain::tracking::{Attribution, ClaimSource, CustomerIdentity, CustomerKey};
use whence_domain::{CustomerId, Mode, PartnerId, Tenant};

/// Characters of a name at most (`wire.md` 3.4).
const MAX_NAME: usize = 100;

/// A page of them.
pub async fn list(State(app): State<App>, key: ApiKey, params: Params) -> Answer<List<Value>> {
    let page = params.page(|key| CustomerId::parse(key).is_some())?;
    let partner_key = params.parsed("partner_key", PartnerKey::parse)?;
    let group_slug = params.text("group", 64)?.map(str::to_ascii_lowercase);
    let mut conn = app.store.read().await?;
    let partner = match partner_key {
        None => None,
        Some(partner_key) => match partners::find_by_key(&mut conn, &key.tenant, &partner_key).await? {
            Some(partner) => Some(partner.id),
            None => return Ok(Data(List { has_more: false, items: Vec::new(), total: None })),
        },
    };
    let filter = Filter { partner, group_slug };
    let listed = customers::list(&mut conn, &key.tenant, &filter, &page).await?;
    let mut shown = Vec::with_capacity(listed.items.len());
    let mut known = Partners::default();
    for entry in &listed.items {
        let partner = known.find(&mut conn, &key.tenant, entry.partner.as_ref()).await?;
        shown.push(render(&key.tenant, entry, partner.as_ref()));
    }
    Ok(Data(List { has_more: listed.has_more, items: shown, total: None }))
}

/// Makes one.
pub async fn create(State(app): State<App>, key: ApiKey, fields: Fields) -> Answer<Value> {
    let identity = read_identity(&fields)?;
    if identity.customer_key.is_none() && identity.email.is_none() {
        return Err(fields.missing("email"));
    }
    let new = NewCustomer {
        tenant: key.tenant.clone(),
        source: ClaimSource::Api,
        identity,
        name: fields.text("name", MAX_NAME)?,
        partner_key: fields.parsed("partner_key", PartnerKey::parse)?,
        xid: None,
        metadata: read_metadata(&fields)?,
        signed_up_at: None,
    };
    let entry = record_customer(&app, new).await?;
    answer(&app, &key.tenant, &entry).await
}

/// One of them.
pub async fn find(State(app): State<App>, key: ApiKey, Path(identifier): Path<String>) -> Answer<Value> {
    let entry = find_customer(&mut app.store.read().await?, &key.tenant, &identifier).await?;
    answer(&app, &key.tenant, &entry.ok_or_else(not_found)?).await
}

/// Changes one.
pub async fn update(
    State(app): State<App>,
    key: ApiKey,
    Path(identifier): Path<String>,
    fields: Fields,
) -> Answer<Value> {
    let changes = CustomerChanges {
        identity: read_identity(&fields)?,
        name: fields.text("name", MAX_NAME)?,
        partner_key: fields.parsed("partner_key", PartnerKey::parse)?,
        metadata: read_metadata(&fields)?,
        archive: false,
    };
    let entry = update_customer(&app, &key.tenant, key.actor(), &identifier, changes).await?;
    answer(&app, &key.tenant, &entry).await
}

/// Puts one away.
pub async fn archive(State(app): State<App>, key: ApiKey, Path(identifier): Path<String>) -> Answer<Value> {
    let changes = CustomerChanges { archive: true, ..CustomerChanges::default() };
    let entry = update_customer(&app, &key.tenant, key.actor(), &identifier, changes).await?;
    answer(&app, &key.tenant, &entry).await
}

/// Whom one belongs to, and why.
pub async fn attribution(State(app): State<App>, key: ApiKey, Path(identifier): Path<String>) -> Answer<Value> {
    let mut conn = app.store.read().await?;
    let entry = find_customer(&mut conn, &key.tenant, &identifier).await?.ok_or_else(not_found)?;
    let decided = attributions::find_latest(&mut conn, &key.tenant, &entry.customer.id).await?;
    let decided = decided.ok_or_else(not_found)?;
    let mut known = Partners::default();
    render_attribution(&mut conn, &key.tenant, &decided.attribution, &mut known).await.map(Data)
}

fn not_found() -> ApiError {
    ApiError::not_found("customer_not_found", "there is no such customer")
}

fn read_identity(fields: &Fields) -> Result<CustomerIdentity, ApiError> {
    Ok(CustomerIdentity {
        customer_key: fields.parsed("customer_key", CustomerKey::parse)?,
        provider_key: fields.parsed("provider_key", CustomerKey::parse)?,
        email: fields.parsed("email", Email::parse)?,
    })
}

/// What a company notes comes as `meta`, `field_data` or `mdata`; it goes out as all three that PartnerStack has.
fn read_metadata(fields: &Fields) -> Result<Option<String>, ApiError> {
    let mut all = Map::new();
    let mut given = false;
    for field in ["field_data", "mdata", "meta"] {
        if let Some(object) = fields.metadata(field, 100, 100, 2000)? {
            all.extend(object);
            given = true;
        }
    }
    Ok(given.then(|| Value::Object(all).to_string()))
}

async fn answer(app: &App, tenant: &Tenant, entry: &Entry) -> Answer<Value> {
    let mut conn = app.store.read().await?;
    let partner = Partners::default().find(&mut conn, tenant, entry.partner.as_ref()).await?;
    Ok(Data(render(tenant, entry, partner.as_ref())))
}

/// Partners that objects of one answer name, each looked up once.
#[derive(Default)]
pub(in crate::http::api) struct Partners(HashMap<PartnerId, Option<Partner>>);

impl Partners {
    /// The partner with this id.
    pub(in crate::http::api) async fn find(
        &mut self,
        conn: &mut Conn,
        tenant: &Tenant,
        id: Option<&PartnerId>,
    ) -> Result<Option<Partner>, ApiError> {
        let Some(id) = id else { return Ok(None) };
        if let Some(known) = self.0.get(id) {
            return Ok(known.clone());
        }
        let found = partners::find(conn, tenant, id).await?;
        self.0.insert(id.clone(), found.clone());
        Ok(found)
    }
}

/// A customer as the API shows it.
fn render(tenant: &Tenant, entry: &Entry, partner: Option<&Partner>) -> Value {
    let customer = &entry.customer;
    let noted: Value = serde_json::from_str(&entry.metadata).unwrap_or_else(|_| json!({}));
    let text = |key: &Option<CustomerKey>| key.as_ref().map(ToString::to_string);
    json!({
        "key": customer.id,
        "customer_key": text(&customer.identity.customer_key),
        "external_key": text(&customer.identity.customer_key),
        "provider_key": text(&customer.identity.provider_key),
        "email": customer.identity.email.as_ref().map(Email::as_str),
        "name": customer.name,
        "partner_key": partner.map(|partner| partner.key.to_string()),
        "partnership_key": partner.map(|partner| partner.id.to_string()),
        "source_key": Value::Null,
        "source_type": entry.source.code(),
        "confirmed": customer.confirmed_at.is_some(),
        "archived": customer.archived_at.is_some(),
        "test": tenant.mode == Mode::Test,
        "fields": fields_of(&noted),
        "field_data": noted,
        "mdata": noted,
        "meta": {},
        "created_at": customer.created_at.millis(),
        "updated_at": customer.updated_at.millis(),
    })
}

/// What the company noted, as PartnerStack lists it.
fn fields_of(noted: &Value) -> Vec<Value> {
    let object = noted.as_object().into_iter().flatten();
    object.map(|(name, value)| json!({ "api_name": name, "name": name, "value": value })).collect()
}

/// `{partner_key, xid, source, reason, settled, touches}` (`product.md` 5).
async fn render_attribution(
    conn: &mut Conn,
    tenant: &Tenant,
    attribution: &Attribution,
    known: &mut Partners,
) -> Result<Value, ApiError> {
    let binding = attribution.current();
    let mut touches = Vec::with_capacity(attribution.touches.len());
    for touch in &attribution.touches {
        let partner = known.find(conn, tenant, Some(&touch.partner)).await?;
        touches.push(json!({
            "xid": touch.xid,
            "partner_key": partner.map(|partner| partner.key.to_string()),
            "at": touch.at.millis(),
            "won": touch.won,
            "why": touch.why.sentence(),
            "why_code": touch.why.code(),
            "came_by": touch.came_by.code(),
            "shared_id": touch.shared_id,
        }));
    }
    let partner = known.find(conn, tenant, binding.partner.as_ref()).await?;
    Ok(json!({
        "partner_key": partner.map(|partner| partner.key.to_string()),
        "xid": binding.xid,
        "source": binding.source.code(),
        "reason": binding.reason.code(),
        "sentence": binding.reason.sentence(),
        "hold": binding.hold.map(|hold| hold.code()),
        "settled": attribution.settled,
        "confirmed": attribution.confirmed,
        "policy_version": binding.policy_version,
        "touches": touches,
    }))
}
