//! The one error that callers see: a status, a stable code, a sentence, and the field where there is one.

use crate::flows::{Kind, Refusal};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An answer that says why not: `{message, status, code, field}` (`product.md` 5, `wire.md` 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The status.
    pub status: StatusCode,
    /// What programs go by.
    pub code: &'static str,
    /// What people read.
    pub message: String,
    /// The request's own name for what is wrong, where it is one thing.
    pub field: Option<String>,
}

impl ApiError {
    /// An answer of this status.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), field: None }
    }

    /// The same answer about one field.
    pub fn on(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// 400: the body cannot be read at all.
    pub fn unreadable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unreadable_body", message)
    }

    /// 401: nobody, or not who they say.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
    }

    /// 404, the same for what is not there and for what is somebody else's.
    pub fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 409: it contradicts what is there.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// 413: more than is read.
    pub fn too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", format!("the body has at most {limit} bytes"))
    }

    /// 422: a field makes no sense. The sentence continues the field's name: `'email' is required`.
    pub fn invalid(field: impl Into<String>, code: &'static str, sentence: impl std::fmt::Display) -> Self {
        let field = field.into();
        let message = format!("'{field}' {sentence}");
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message).on(field)
    }
}

impl<E: Refusal> From<E> for ApiError {
    /// Keeps a refusal's code, sentence and field; the database's failures are logged here, once, and not shown.
    fn from(refusal: E) -> Self {
        let status = match refusal.kind() {
            Kind::Missing => StatusCode::NOT_FOUND,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Failed => return failed(&refusal),
        };
        let message = match refusal.field() {
            Some(field) => format!("'{field}': {refusal}"),
            None => refusal.to_string(),
        };
        Self { status, code: refusal.code(), message, field: refusal.field().map(str::to_owned) }
    }
}

fn failed(refusal: &dyn Refusal) -> ApiError {
    // A race that was lost to the last attempt is no fault of anybody's either: it may be won in a second.
    if refusal.failure().is_some_and(|failure| failure.is_unavailable() || failure.is_lost_race()) {
        tracing::warn!(error = %refusal, "the database could not be reached");
        let message = "the database cannot be reached just now; nothing was done, please try again";
        return ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "database_unavailable", message);
    }
    tracing::error!(error = %refusal, "a request failed");
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something went wrong here; it has been logged")
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({ "message": self.message, "status": self.status.as_u16(), "code": self.code });
        if let Some(field) = self.field {
            body["field"] = field.into();
        }
        let mut response = (self.status, Json(body)).into_response();
        match self.status {
            StatusCode::UNAUTHORIZED => {
                let scheme = HeaderValue::from_static("Basic realm=\"Whence\", charset=\"UTF-8\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}
