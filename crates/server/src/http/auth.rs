//! Who calls: HTTP Basic with a public and a secret key (`wire.md` 3.1), or nobody.

use super::ApiError;
use crate::app::App;
use crate::secret;
use crate::store::StoreError;
use crate::store::audit::Actor;
use crate::store::program::keys;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use whence_domain::{KeyPairId, Tenant};

/// A caller with a pair of API keys that fits. A handler that takes this one sees the tenant's data and nobody else's.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// Whose data.
    pub tenant: Tenant,
    /// With which pair.
    pub pair: KeyPairId,
}

impl ApiKey {
    /// The caller as the audit log names it.
    pub fn actor(&self) -> Actor {
        Actor::KeyPair(self.pair.clone())
    }
}

/// Lets requests with a pair of keys through to the API, and notes in them whose they are.
pub(super) async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    match identify(&app, request.headers()).await {
        Ok(key) => {
            request.extensions_mut().insert(key);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

async fn identify(app: &App, headers: &HeaderMap) -> Result<ApiKey, ApiError> {
    let wrong =
        || ApiError::unauthorized("send the public key as user name and the secret key as password (HTTP Basic)");
    let (public, given) = headers.get(header::AUTHORIZATION).and_then(basic).ok_or_else(wrong)?;
    let mut conn = app.store.read().await?;
    let pair = keys::find_by_public_key(&mut conn, &public).await?;
    // An unknown public key costs the same comparison as a known one.
    let expected = pair.as_ref().map_or("", |pair| pair.secret_hash.as_str());
    let fits = secret::matches(&given, expected);
    let Some(pair) = pair.filter(|_| fits) else {
        return Err(ApiError::unauthorized("these keys are not a pair that opens anything here"));
    };
    if let Some(origin) = headers.get(header::ORIGIN) {
        // Somebody has put the secret into a page, where every visitor can read it (`reliability.md` P21).
        tracing::warn!(pair = %pair.id, ?origin, "a secret key was sent by a browser: replace it");
        let message = "a secret key must not be in a page: this one was sent by a browser, so replace it and call from your server";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "secret_key_in_browser", message));
    }
    Ok(ApiKey { tenant: pair.tenant, pair: pair.id })
}

/// User name and password of an `Authorization: Basic` header, if it is one of plain text.
fn basic(value: &header::HeaderValue) -> Option<(String, String)> {
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let encoded = encoded.trim();
    let bytes = STANDARD.decode(encoded).or_else(|_| STANDARD_NO_PAD.decode(encoded)).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    // PostgreSQL has no text with NUL in it, and no key of ours has.
    let (public, secret) = text.split_once(':').filter(|_| !text.contains('\0'))?;
    Some((public.to_owned(), secret.to_owned()))
}

impl<S: Sync> FromRequestParts<S> for ApiKey {
    type Rejection = ApiError;

    /// Takes the caller that [`authenticate`] found.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let missing = || ApiError::from(StoreError::corrupt("request", "this route is not behind the key check"));
        parts.extensions.get::<Self>().cloned().ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn basic_credentials_are_read_with_or_without_padding() {
        let read = |text: &'static str| basic(&HeaderValue::from_static(text));
        let pair = Some(("pk_a".to_owned(), "sk".to_owned()));
        assert_eq!(read("Basic cGtfYTpzaw=="), pair);
        assert_eq!(read("basic cGtfYTpzaw"), pair);
        assert_eq!(read("Bearer cGtfYTpzaw=="), None);
        assert_eq!(read("Basic !!!"), None);
        assert_eq!(read("Basic cGtfYQ=="), None, "no colon");
    }
}
