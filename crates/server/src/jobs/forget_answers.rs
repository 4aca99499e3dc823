//! Answers kept for an `Idempotency-Key` are forgotten when nobody repeats a request any more.

use crate::app::App;
use crate::store::idempotency;
use crate::store::{Priority, StoreError};
use std::time::Duration;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(3_600);

/// Days that an answer is kept. Callers repeat within hours; a month covers one who comes back after a long outage.
pub const KEPT_DAYS: i64 = 30;

/// Looks again and again.
pub async fn run(app: App) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = forget(&app).await {
            tracing::warn!(%error, "old answers could not be forgotten; the next look tries again");
        }
    }
}

/// Forgets what is older than [`KEPT_DAYS`]; answers how many.
///
/// # Errors
/// The database's.
pub async fn forget(app: &App) -> Result<u64, StoreError> {
    let before = app.now().plus_days(-KEPT_DAYS);
    app.store.write(Priority::Bulk, before, |conn, before| Box::pin(idempotency::delete_older(conn, *before))).await
}
