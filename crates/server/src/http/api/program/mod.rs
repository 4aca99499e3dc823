//! Who takes part: `/partnerships`, `/groups`, `/links`.

pub mod groups;
pub mod links;
pub mod partnerships;

use crate::app::App;
use axum::Router;
use axum::routing::get;

/// The routes of this stage.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/partnerships", get(partnerships::list).post(partnerships::create))
        .route(
            "/partnerships/{identifier}",
            get(partnerships::show).patch(partnerships::update).delete(partnerships::archive),
        )
        .route("/groups", get(groups::list).post(groups::create))
        .route("/links", get(links::list).post(links::create))
        .route("/links/{key}", get(links::show).patch(links::update).delete(links::archive))
        .route("/links/partnership/{identifier}", get(links::list_of_partnership))
}
