//! What partners are promised and earn: `/offers`, `/transactions`, `/rewards`; and `/events`, everything
//! that arrived.

pub mod events;
pub mod offers;
pub mod rewards;
pub mod transactions;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

/// The routes of this stage.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/events", get(events::list))
        .route("/events/{key}/replay", post(events::replay))
        .route("/offers", get(offers::list).post(offers::create))
        .route("/offers/{key}", get(offers::show).patch(offers::update).delete(offers::archive))
        .route("/transactions", get(transactions::list).post(transactions::create))
        .route("/transactions/{key}", get(transactions::find).delete(transactions::remove))
        .route("/rewards", get(rewards::list).post(rewards::create))
        .route("/rewards/{key}", get(rewards::find).patch(rewards::review))
}
