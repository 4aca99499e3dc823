//! What partners are promised and earn: `/offers`.

pub mod offers;

use crate::app::App;
use axum::Router;
use axum::routing::get;

/// The routes of this stage.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/offers", get(offers::list).post(offers::create))
        .route("/offers/{key}", get(offers::show).patch(offers::update).delete(offers::archive))
}
