//! What every answer and every request passes through.

use super::ApiError;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use std::any::Any;

/// Headers of an answer, unless the answer has its own: pages loosen the policy to what they need.
const SAFE: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::CACHE_CONTROL, "no-store"),
];

/// Adds the security headers that an answer lacks.
pub(super) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in SAFE {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Answers 404 for a path that no stored key can have: one with NUL in it, or not UTF-8.
pub(super) async fn plain_path(request: Request, next: Next) -> Response {
    let path = percent_decode_str(request.uri().path()).decode_utf8();
    if path.is_ok_and(|path| !path.contains('\0')) { next.run(request).await } else { nothing_here().into_response() }
}

/// Answers a route that does not exist.
pub(super) async fn not_found() -> ApiError {
    nothing_here()
}

/// Answers a method that a route does not have.
pub(super) async fn no_such_method() -> ApiError {
    let message = "this address does not take this method";
    ApiError::new(axum::http::StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
}

/// Answers after a bug: logged, and not shown.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(super) fn after_panic(panic: Box<dyn Any + Send>) -> Response {
    let what = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = what.unwrap_or("?"), "a request broke an invariant");
    let message = "something went wrong here; it has been logged";
    ApiError::new(axum::http::StatusCode::INTERNAL_SERVER_ERROR, "internal", message).into_response()
}

fn nothing_here() -> ApiError {
    ApiError::not_found("not_found", "there is nothing at this address")
}
