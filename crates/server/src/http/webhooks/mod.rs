//! Where payment providers deliver to: `POST /webhooks/{provider}/{endpoint_key}` (`product.md` 5 "Inbound webhooks").

pub mod stripe;

use crate::app::App;
use axum::Router;
use axum::routing::post;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/webhooks/stripe/{endpoint_key}", post(stripe::receive))
}
