//! The REST API under `/api/v2`, one file per resource, in the folder of its stage.

pub mod earning;
pub mod investigation;
pub mod program;
pub mod tracking;

use crate::app::App;
use axum::Router;

/// Every route of the API.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(program::routes())
        .merge(tracking::routes())
        .merge(earning::routes())
        .merge(investigation::routes())
}
