//! `/api/v2/rewards`: commissions, as the API calls them (`wire.md` 3.4, `product.md` 5).

use crate::app::App;
use crate::flows::earning::create_commission::{NewCommission, Target, create_commission};
use crate::flows::earning::review_commission::{Review, review_commission};
use crate::flows::tracking::find_customer::find_customer;
use crate::http::api::tracking::customers::Partners;
use crate::http::auth::ApiKey;
use crate::http::body::Fields;
use crate::http::envelope::{Data, List};
use crate::http::params::Params;
use crate::http::{Answer, ApiError};
use crate::store::Conn;
use crate::store::earning::commissions::{self, Filter, Kept, MadeBy};
use crate::store::earning::transactions;
use crate::store::program::{partners, programs};
use crate::store::tracking::customers;
use axum::extract::{Path, State};
use serde_json::{Value, json};
use whence_domain::earning::{CommissionStatus, HoldReason, Verdict};
use whence_domain::money::MAX_TRANSACTION_MINOR;
use whence_domain::program::{Email, PartnerKey};
use whence_domain::tracking::CustomerKey;
use whence_domain::{CommissionId, Currency, GroupId, Tenant};

/// A page of them.
pub async fn list(State(app): State<App>, key: ApiKey, params: Params) -> Answer<List<Value>> {
    let page = params.page(|key| CommissionId::parse(key).is_some())?;
    let nothing = || Ok(Data(List { has_more: false, items: Vec::new(), total: None }));
    let mut conn = app.store.read().await?;
    let mut filter = Filter {
        status: params.word("status", CommissionStatus::parse)?,
        description: params.text("description", 500)?.map(str::to_owned),
        group: params.text("group_key", 255)?.map(str::to_owned).map(GroupId::from_stored),
        decline_reason: params.text("decline_reason", 500)?.map(str::to_owned),
        keywords: params.text("keywords", 500)?.map(str::to_owned),
        ..Filter::default()
    };
    if params.text("invoice_key", 255)?.is_some() {
        // Nothing has been invoiced yet.
        return nothing();
    }
    if let Some(identifier) = params.text("customer_key", 255)? {
        let Some(entry) = find_customer(&mut conn, &key.tenant, identifier).await? else { return nothing() };
        filter.customer = Some(entry.customer.id);
    }
    if let Some(partner_key) = params.parsed("partner_key", PartnerKey::parse)? {
        let found = partners::find_by_key(&mut conn, &key.tenant, &partner_key).await?;
        let Some(partner) = found else { return nothing() };
        filter.partner = Some(partner.id);
    }
    let listed = commissions::list(&mut conn, &key.tenant, &filter, &page).await?;
    let mut known = Partners::default();
    let mut items = Vec::with_capacity(listed.items.len());
    for kept in &listed.items {
        items.push(render(&mut conn, &key.tenant, kept, &mut known).await?);
    }
    Ok(Data(List { has_more: listed.has_more, items, total: None }))
}

/// One of them.
pub async fn find(State(app): State<App>, key: ApiKey, Path(id): Path<String>) -> Answer<Value> {
    let mut conn = app.store.read().await?;
    let id = CommissionId::parse(&id).ok_or_else(not_found)?;
    let kept = commissions::find(&mut conn, &key.tenant, &id).await?.ok_or_else(not_found)?;
    Ok(Data(render(&mut conn, &key.tenant, &kept, &mut Partners::default()).await?))
}

/// Makes one.
pub async fn create(State(app): State<App>, key: ApiKey, fields: Fields) -> Answer<Value> {
    let mut conn = app.store.read().await?;
    let target = read_target(&mut conn, &key.tenant, &fields).await?;
    let currency = match fields.parsed("currency", |code| Currency::parse(code).ok_or("it is no ISO 4217 code"))? {
        Some(currency) => currency,
        None if matches!(target, Target::Partner(_)) => return Err(fields.missing("currency")),
        None => currency_of(&mut conn, &key.tenant, &target).await?,
    };
    drop(conn);
    let new = NewCommission {
        tenant: key.tenant.clone(),
        target,
        minor: fields.required_integer("amount", -MAX_TRANSACTION_MINOR..=MAX_TRANSACTION_MINOR)?,
        currency,
        description: fields.required_text("description", 500)?,
        key: fields.text("key", 255)?,
    };
    let kept = create_commission(&app, new).await?;
    let mut conn = app.store.read().await?;
    Ok(Data(render(&mut conn, &key.tenant, &kept, &mut Partners::default()).await?))
}

/// Approves, declines, holds or releases one.
pub async fn review(State(app): State<App>, key: ApiKey, Path(id): Path<String>, fields: Fields) -> Answer<Value> {
    let commission = CommissionId::parse(&id).ok_or_else(not_found)?;
    let read = |word: &str| Verdict::parse(word).ok_or("it must be approved, declined, hold or pending");
    let verdict = fields.required("reward_status", read)?;
    let reason = fields.text("decline_reason", 500)?;
    let review = Review { tenant: key.tenant.clone(), commission, verdict, reason };
    let kept = review_commission(&app, review).await?;
    let mut conn = app.store.read().await?;
    Ok(Data(render(&mut conn, &key.tenant, &kept, &mut Partners::default()).await?))
}

fn not_found() -> ApiError {
    ApiError::not_found("reward_not_found", "there is no such reward")
}

/// `target` {key, type}, or `partner_key` for a one-off.
async fn read_target(conn: &mut Conn, tenant: &Tenant, fields: &Fields) -> Result<Target, ApiError> {
    let Some(target) = fields.object("target")? else {
        let partner = fields.parsed("partner_key", PartnerKey::parse)?;
        let missing = || ApiError::invalid("target", "required", "is required, or partner_key and currency instead");
        return partner.map(Target::Partner).ok_or_else(missing);
    };
    let key = target.required_text("key", 255)?;
    let none = |what: &str| {
        ApiError::not_found("target_not_found", format!("'target.key': there is no such {what}")).on("target.key")
    };
    match target.required_text("type", 20)?.as_str() {
        "customer" => {
            let entry = find_customer(conn, tenant, &key).await?.ok_or_else(|| none("customer"))?;
            Ok(Target::Customer(entry.customer.id))
        }
        "transaction" => {
            let kept = transactions::find_by_identifier(conn, tenant, &key).await?;
            Ok(Target::Transaction(kept.ok_or_else(|| none("transaction"))?.transaction.id))
        }
        _ => Err(ApiError::invalid("target.type", "unknown_value", "must be customer or transaction")),
    }
}

/// The payment's currency, or else the program's.
async fn currency_of(conn: &mut Conn, tenant: &Tenant, target: &Target) -> Result<Currency, ApiError> {
    if let Target::Transaction(id) = target
        && let Some(kept) = transactions::find(conn, tenant, id).await?
    {
        return Ok(kept.transaction.amount.currency);
    }
    Ok(programs::get(conn, &tenant.program).await?.currency)
}

/// A commission as the API shows it.
async fn render(conn: &mut Conn, tenant: &Tenant, kept: &Kept, known: &mut Partners) -> Result<Value, ApiError> {
    let partner = known.find(conn, tenant, Some(&kept.partner)).await?;
    let customer = match &kept.customer {
        Some(id) => customers::find(conn, tenant, id).await?.map(|entry| entry.customer),
        None => None,
    };
    let transaction = match &kept.transaction {
        Some(id) => transactions::find(conn, tenant, id).await?.map(|kept| kept.transaction),
        None => None,
    };
    let offer = match &kept.made_by {
        MadeBy::Offer { offer, version, .. } => {
            Some(json!({ "key": offer, "description": kept.description, "version": version }))
        }
        MadeBy::Hand => None,
    };
    Ok(json!({
        "key": kept.id,
        "amount": kept.amount.minor,
        "currency": kept.amount.currency.code(),
        "description": kept.description,
        "reward_status": kept.status.api_name(),
        "hold_reason": kept.hold.map(HoldReason::code),
        "decline_reason": kept.decline_reason,
        "kind": kept.kind.code(),
        "action": Value::Null,
        "customer": customer.map(|customer| json!({
            "key": customer.id,
            "email": customer.identity.email.as_ref().map(Email::as_str),
            "name": customer.name,
            "external_key": customer.identity.customer_key.as_ref().map(CustomerKey::as_str),
        })),
        "invoice": Value::Null,
        "offer": offer,
        "partnership": partner.map(|partner| json!({
            "key": partner.id,
            "partner_key": partner.key.to_string(),
            "group": partner.group,
            "name": format!("{} {}", partner.first_name, partner.last_name).trim(),
            "email": partner.email.as_str(),
        })),
        "transaction": transaction.map(|transaction| json!({
            "key": transaction.key,
            "amount": transaction.amount.minor,
            "currency": transaction.amount.currency.code(),
        })),
        "trigger": Value::Null,
        "created_at": kept.created_at.millis(),
        "updated_at": kept.updated_at.millis(),
    }))
}
