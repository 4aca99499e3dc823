//! Who clicked, who signed up, and whose they are: `/clicks`, `/customers`.

pub mod clicks;
pub mod customers;

use crate::app::App;
use axum::Router;
use axum::routing::get;

/// The routes of this stage.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/clicks", get(clicks::list))
        .route("/clicks/{xid}", get(clicks::show))
        .route("/customers", get(customers::list).post(customers::create))
        .route("/customers/{key}", get(customers::find).patch(customers::update).delete(customers::archive))
        .route("/customers/{key}/attribution", get(customers::attribution))
}
