//! Every route of the app host that programs call, in one place.

use super::{api, auth, conversion, idempotency, layers, webhooks};
use crate::app::App;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;

/// The routes of the main runtime, with the pages that people see. Layers that are added later run earlier.
pub fn router(app: App, pages: Router) -> Router {
    Router::new()
        .nest("/api/v2", rest(&app))
        .merge(webhooks::routes())
        .merge(conversion::routes())
        .with_state(app)
        .merge(pages)
        .fallback(layers::not_found)
        .method_not_allowed_fallback(layers::no_such_method)
        .layer(CatchPanicLayer::custom(layers::after_panic))
        .layer(from_fn(layers::plain_path))
        .layer(from_fn(layers::secure))
}

/// The REST API: whoever calls is known by a pair of keys before anything of the request is read.
fn rest(app: &App) -> Router<App> {
    api::routes()
        .route_layer(from_fn_with_state(app.clone(), idempotency::layer))
        .route_layer(from_fn_with_state(app.clone(), auth::authenticate))
}
