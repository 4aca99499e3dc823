//! Why something did or did not track: `/investigations`.

pub mod investigations;
pub mod link_checks;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

/// The routes of this stage.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/investigations", post(investigations::create))
        .route("/investigations/{key}", get(investigations::show))
        .route("/link_checks", post(link_checks::create))
        .route("/link_checks/{key}", get(link_checks::show))
}
