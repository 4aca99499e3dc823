//! What other programs talk to: the REST API and the payment providers' webhooks. Handlers parse, call one flow, and
//! render; they hold no SQL and decide nothing.

pub mod api;
pub mod auth;
pub mod body;
pub mod conversion;
pub mod envelope;
pub mod error;
pub mod idempotency;
mod layers;
pub mod paging;
pub mod params;
mod router;
pub mod webhooks;

pub use error::ApiError;
pub use router::router;

/// What a handler of the API answers.
pub type Answer<T> = Result<envelope::Data<T>, ApiError>;
