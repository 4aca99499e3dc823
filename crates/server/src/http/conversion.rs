//! `POST /conversion/xid`: the company's server tells of a sign-up with the click id that it kept (`wire.md` 2.6).

use super::ApiError;
use super::body::Fields;
use crate::app::App;
use crate::flows::tracking::record_customer::{NewCustomer, record_customer};
use crate::secret;
use crate::store::program::keys;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use whence_domain::Tenant;
use whence_domain::program::Email;
use whence_domain::tracking::{ClaimSource, CustomerIdentity, CustomerKey};

/// The route.
pub fn routes() -> Router<App> {
    Router::new().route("/conversion/xid", post(convert))
}

/// Records the conversion. The answer is 200 and nothing in it, as PartnerStack's is.
async fn convert(State(app): State<App>, headers: HeaderMap, fields: Fields) -> Result<StatusCode, ApiError> {
    let tenant = authorize(&app, &headers).await?;
    check_unkept(&fields)?;
    let xid = fields.required_text("xid", 100)?;
    let customer_key = Some(fields.required("customer_key", CustomerKey::parse)?);
    let new = NewCustomer {
        tenant,
        source: ClaimSource::S2s,
        identity: CustomerIdentity {
            customer_key,
            provider_key: fields.parsed("provider_key", CustomerKey::parse)?,
            email: fields.parsed("email", Email::parse)?,
        },
        name: fields.text("name", 100)?,
        partner_key: None,
        xid: Some(xid),
        metadata: fields.metadata("meta", 100, 100, 2000)?.map(|meta| serde_json::Value::Object(meta).to_string()),
        signed_up_at: None,
    };
    record_customer(&app, new).await?;
    Ok(StatusCode::OK)
}

/// Holds what the interface names and nothing here needs yet to its types, so that a caller's mistake shows at once.
fn check_unkept(fields: &Fields) -> Result<(), ApiError> {
    for name in ["origin", "ip_address", "user_agent", "external_type"] {
        fields.text(name, 2_048)?;
    }
    fields.texts("sub_ids", 100, 255)?;
    Ok(())
}

/// The token is one of its own, no API key (`wire.md` 10.1).
async fn authorize(app: &App, headers: &HeaderMap) -> Result<Tenant, ApiError> {
    let wrong = || ApiError::unauthorized("send the conversion token as a Bearer token; API keys do not open this");
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(wrong)?;
    let (scheme, token) = value.split_once(' ').ok_or_else(wrong)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(wrong());
    }
    let mut conn = app.store.read().await?;
    keys::find_token(&mut conn, &secret::hash(token.trim())).await?.ok_or_else(wrong)
}
