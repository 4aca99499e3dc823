//! Stores the counters of refused deliveries every few seconds.

use crate::app::App;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(2);

/// Does so for ever.
pub async fn run(app: App) {
    loop {
        tokio::time::sleep(EVERY).await;
        // A database that is away is told of by the drain; the counters wait.
        let _ = app.webhook_attempts.flush(&app).await;
    }
}
