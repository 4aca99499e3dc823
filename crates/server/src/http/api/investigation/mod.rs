//! Why something did or did not track: `/investigations`.

pub mod investigations;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

/// The routes of this stage.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/investigations", post(investigations::create))
        .route("/investigations/{key}", get(investigations::show))
}
