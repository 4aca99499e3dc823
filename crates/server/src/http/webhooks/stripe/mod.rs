//! Stripe's deliveries: the signature is checked over the raw bytes before anything is read, and the answer is 200 once the
//! delivery is stored.

pub mod signature;

use crate::app::App;
use crate::flows::earning::receive_stripe::{Verified, receive_stripe};
use crate::flows::earning::stripe_event;
use crate::http::ApiError;
use crate::store::program::{endpoints, policies};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::StatusCode;
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};
use whence_domain::EndpointId;

/// Bytes of a delivery at most. Stripe's largest events are well below it.
const MAX_BODY: usize = 1024 * 1024;

/// Takes a delivery.
pub async fn receive(
    State(app): State<App>,
    Path(endpoint_key): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let unknown = || ApiError::not_found("endpoint_not_found", "there is no such webhook address");
    let key = EndpointId::parse(&endpoint_key).ok_or_else(unknown)?;
    let body = read(body).await?;
    let mut conn = app.store.read().await?;
    let endpoint = endpoints::find(&mut conn, "stripe", &key).await?.ok_or_else(unknown)?;
    let header = headers.get("stripe-signature").and_then(|header| header.to_str().ok());
    if let Err(refusal) = signature::verify(header, &body, endpoint.secret.as_deref(), app.now()) {
        tracing::warn!(endpoint = %key, %refusal, "a delivery was refused");
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "bad_signature", refusal.to_string()));
    }
    let policy = policies::get_latest(&mut conn, &endpoint.tenant.program).await?;
    drop(conn);
    let event =
        stripe_event::parse(&body, policy.sale_source).map_err(|error| ApiError::unreadable(error.to_string()))?;
    // JSON is UTF-8, and PostgreSQL has no text with NUL in it; what JSON escapes stays as it came.
    let body = String::from_utf8(body.to_vec()).map_err(|_| ApiError::unreadable("the body is not UTF-8"))?;
    let verified = Verified { tenant: endpoint.tenant, endpoint_key: key.to_string(), body, event };
    receive_stripe(&app, verified).await?;
    Ok(Json(json!({ "received": true })))
}

async fn read(body: Body) -> Result<Bytes, ApiError> {
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(ApiError::too_large(MAX_BODY)),
        Err(_) => Err(ApiError::unreadable("the body broke off")),
    }
}
