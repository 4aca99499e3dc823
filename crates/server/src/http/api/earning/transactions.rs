//! `/api/v2/transactions` (`wire.md` 3.2, 3.4).

use crate::app::App;
use crate::flows::earning::record_transaction::{NewTransaction, Payer, record_one};
use crate::flows::earning::remove_transaction::remove_transaction;
use crate::flows::tracking::find_customer::find_customer;
use crate::http::auth::ApiKey;
use crate::http::body::Fields;
use crate::http::envelope::{Data, List};
use crate::http::params::Params;
use crate::http::{Answer, ApiError};
use crate::store::earning::transactions::{self, Kept};
use crate::store::tracking::customers;
use crate::store::{Conn, Cursor};
use axum::extract::{Path, State};
use serde_json::{Value, json};
use whence_domain::money::MAX_TRANSACTION_MINOR;
use whence_domain::program::Email;
use whence_domain::tracking::{CustomerIdentity, CustomerKey};
use whence_domain::{Currency, CustomerId, Money, Tenant};

/// Who tells us, as it is stored.
const SOURCE: &str = "api";

/// A page of them.
pub async fn list(State(app): State<App>, key: ApiKey, params: Params) -> Answer<List<Value>> {
    let mut page = params.page(|_| true)?;
    let mut conn = app.store.read().await?;
    // What callers see as the key is their own; pages are walked by ours.
    if let Some(Cursor::After(seen) | Cursor::Before(seen)) = &mut page.cursor {
        let kept = transactions::find_by_identifier(&mut conn, &key.tenant, seen).await?;
        let unknown = || ApiError::invalid("starting_after", "invalid_key", "is not the key of such an object");
        *seen = kept.ok_or_else(unknown)?.transaction.id.to_string();
    }
    let customer = match params.text("customer_key", 255)? {
        None => None,
        Some(identifier) => match find_customer(&mut conn, &key.tenant, identifier).await? {
            Some(entry) => Some(entry.customer.id),
            None => return Ok(Data(List { has_more: false, items: Vec::new(), total: None })),
        },
    };
    let listed = transactions::list(&mut conn, &key.tenant, customer.as_ref(), &page).await?;
    let mut items = Vec::with_capacity(listed.items.len());
    for kept in &listed.items {
        items.push(render(&mut conn, &key.tenant, kept).await?);
    }
    Ok(Data(List { has_more: listed.has_more, items, total: None }))
}

/// Makes one.
pub async fn create(State(app): State<App>, key: ApiKey, fields: Fields) -> Answer<Value> {
    let payer = read_payer(&fields)?;
    let minor = fields.required_integer("amount", -MAX_TRANSACTION_MINOR..=MAX_TRANSACTION_MINOR)?;
    let currency = fields.required("currency", read_currency)?;
    let metadata = fields.metadata("metadata", 25, 30, 100)?;
    let new = NewTransaction {
        source: SOURCE,
        key: read_key(&fields)?,
        payer,
        amount: Money::new(minor, currency),
        product_key: fields.text("product_key", 255)?,
        category_key: fields.text("category_key", 255)?,
        metadata: Value::Object(metadata.unwrap_or_default()).to_string(),
        references: Vec::new(),
        event: None,
        occurred_at: fields.instant("created_at")?.map_or(app.now(), |at| at.min(app.now())),
    };
    let recorded = record_one(&app, &key.tenant, new).await?;
    let mut conn = app.store.read().await?;
    Ok(Data(render(&mut conn, &key.tenant, recorded.kept()).await?))
}

/// One of them.
pub async fn find(State(app): State<App>, key: ApiKey, Path(identifier): Path<String>) -> Answer<Value> {
    let mut conn = app.store.read().await?;
    let kept = transactions::find_by_identifier(&mut conn, &key.tenant, &identifier).await?;
    let kept = kept
        .filter(|kept| kept.transaction.removed_at.is_none() && kept.given_back_at.is_none())
        .ok_or_else(not_found)?;
    Ok(Data(render(&mut conn, &key.tenant, &kept).await?))
}

/// Takes one back.
pub async fn remove(State(app): State<App>, key: ApiKey, Path(identifier): Path<String>) -> Answer<Value> {
    let kept = remove_transaction(&app, &key.tenant, key.actor(), &identifier).await?;
    let mut conn = app.store.read().await?;
    Ok(Data(render(&mut conn, &key.tenant, &kept).await?))
}

fn not_found() -> ApiError {
    ApiError::not_found("transaction_not_found", "there is no such transaction")
}

/// Exactly one of the three ways to name a customer.
fn read_payer(fields: &Fields) -> Result<Payer, ApiError> {
    let ways = ["customer_key", "customer_external_key", "customer_email"];
    match ways.into_iter().filter(|way| fields.value(way).is_some()).collect::<Vec<_>>()[..] {
        ["customer_key"] => {
            let id = fields.required_text("customer_key", 255)?;
            let none = || ApiError::not_found("customer_not_found", "there is no customer with this customer_key");
            CustomerId::parse(&id).map(Payer::Customer).ok_or_else(|| none().on("customer_key"))
        }
        ["customer_external_key"] => {
            let customer_key = fields.parsed("customer_external_key", CustomerKey::parse)?;
            Ok(named(CustomerIdentity { customer_key, ..CustomerIdentity::default() }))
        }
        ["customer_email"] => {
            let email = fields.parsed("customer_email", Email::parse)?;
            Ok(named(CustomerIdentity { email, ..CustomerIdentity::default() }))
        }
        [] => Err(ApiError::invalid(
            "customer_key",
            "required",
            "is required, or customer_external_key or customer_email instead",
        )),
        [first, ..] => Err(ApiError::invalid(
            first,
            "one_of",
            "cannot be combined: name the customer by one of customer_key, customer_external_key, customer_email",
        )),
    }
}

fn named(identity: CustomerIdentity) -> Payer {
    Payer::Named { identity, name: None }
}

fn read_currency(code: &str) -> Result<Currency, &'static str> {
    Currency::parse(code).ok_or("it is no ISO 4217 code, such as EUR")
}

/// The caller's own key: 4 to 255 characters (`wire.md` 3.4).
fn read_key(fields: &Fields) -> Result<Option<String>, ApiError> {
    let key = fields.text("key", 255)?;
    match key {
        Some(key) if key.chars().count() < 4 => Err(ApiError::invalid("key", "too_short", "has at least 4 characters")),
        key => Ok(key),
    }
}

/// A payment as the API shows it.
async fn render(conn: &mut Conn, tenant: &Tenant, kept: &Kept) -> Result<Value, ApiError> {
    let payment = &kept.transaction;
    let customer = match &kept.customer {
        Some(id) => customers::find(conn, tenant, id).await?.map(|entry| entry.customer),
        None => None,
    };
    let shown = customer.as_ref().map(|customer| {
        json!({
            "key": customer.id,
            "email": customer.identity.email.as_ref().map(Email::as_str),
            "external_key": customer.identity.customer_key.as_ref().map(CustomerKey::as_str),
        })
    });
    let metadata: Value = serde_json::from_str(&kept.metadata).unwrap_or_else(|_| json!({}));
    Ok(json!({
        "key": payment.key,
        "amount": payment.amount.minor,
        "amount_usd": (payment.amount.currency.code() == "USD").then_some(payment.amount.minor),
        "currency": payment.amount.currency.code(),
        "approved": true,
        "product_key": payment.product_key,
        "category_key": payment.category_key,
        "customer": shown,
        "customer_key": kept.customer,
        "extension": Value::Null,
        "metadata": metadata,
        "created_at": payment.occurred_at.millis(),
        "updated_at": kept.recorded_at.millis(),
    }))
}
