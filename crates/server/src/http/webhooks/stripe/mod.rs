//! Stripe's deliveries: the signature is checked over the raw bytes before anything is read, and the answer is 200 once the
//! delivery is stored. What is refused is counted, with its reason.

pub mod signature;

use crate::app::App;
use crate::flows::earning::receive_stripe::{Verified, receive_stripe};
use crate::flows::earning::stripe_event;
use crate::flows::earning::webhook_attempts::{Attempt, Sample};
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
use whence_domain::investigation::AttemptRefusal;
use whence_domain::{EndpointId, Instant};

/// Bytes of a delivery at most. Stripe's largest events are well below it.
const MAX_BODY: usize = 1024 * 1024;
const PROVIDER: &str = "stripe";

/// Takes a delivery.
pub async fn receive(
    State(app): State<App>,
    Path(endpoint_key): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let mut conn = app.store.read().await?;
    let endpoint = match EndpointId::parse(&endpoint_key) {
        Some(key) => endpoints::find(&mut conn, PROVIDER, &key).await?,
        None => None,
    };
    drop(conn);
    let header = headers.get("stripe-signature").and_then(|header| header.to_str().ok());
    let note = |reason, body: Option<&[u8]>| {
        let whose = endpoint.as_ref().map(|endpoint| (endpoint.key.to_string(), endpoint.tenant.clone()));
        let sample = Sample::of(&headers, body, signature::signed_at(header), app.now());
        app.webhook_attempts.note(Attempt { provider: PROVIDER, endpoint: whose, reason, sample }, app.now());
        // Anybody may ask for addresses that nobody was given; the log is not theirs to fill.
        if endpoint.is_some() {
            tracing::warn!(endpoint = %endpoint_key, %reason, "a delivery was refused");
        }
    };
    let Some(endpoint) = &endpoint else {
        note(AttemptRefusal::UnknownAddress, None);
        return Err(ApiError::not_found("endpoint_not_found", "there is no such webhook address"));
    };
    let body = read(body).await.inspect_err(|error| {
        if error.status == StatusCode::PAYLOAD_TOO_LARGE {
            note(AttemptRefusal::BodyTooLarge, None);
        }
    })?;
    let signed_at = signature::verify(header, &body, endpoint.secret.as_deref(), app.now()).map_err(|refusal| {
        note(refusal.reason(), Some(&body));
        ApiError::new(StatusCode::BAD_REQUEST, "bad_signature", refusal.to_string())
    })?;
    let policy = policies::get_latest(&mut app.store.read().await?, &endpoint.tenant.program).await?;
    let event = stripe_event::parse(&body, policy.sale_source).map_err(|error| {
        note(AttemptRefusal::NotReadable, Some(&body));
        ApiError::unreadable(error.to_string())
    })?;
    // JSON is UTF-8, and PostgreSQL has no text with NUL in it; what JSON escapes stays as it came.
    let body = String::from_utf8(body.to_vec()).map_err(|_| ApiError::unreadable("the body is not UTF-8"))?;
    let verified = Verified {
        tenant: endpoint.tenant.clone(),
        endpoint_key: endpoint.key.to_string(),
        body,
        signed_at: Instant::from_seconds(signed_at),
        event,
    };
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
