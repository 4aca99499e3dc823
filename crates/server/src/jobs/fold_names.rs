//! Customers from before names were folded are made findable by their names, once, in small units.

use crate::app::App;
use crate::store::tracking::customers;
use crate::store::{Priority, StoreError};
use std::time::Duration;

/// Customers of one unit of work.
const UNIT: i64 = 200;
/// Between two units, so that others have their turn.
const PAUSE: Duration = Duration::from_millis(50);
/// After a failure of the database.
const RETRY: Duration = Duration::from_secs(30);

/// Folds until none is left.
pub async fn run(app: App) {
    loop {
        match fold(&app).await {
            Ok(0) => return,
            Ok(_) => tokio::time::sleep(PAUSE).await,
            Err(error) => {
                tracing::warn!(%error, "names of customers could not be folded; the next look tries again");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Folds one unit's worth; answers how many there were.
async fn fold(app: &App) -> Result<usize, StoreError> {
    app.store.write(Priority::Bulk, (), |conn, ()| Box::pin(customers::fold_names(conn, UNIT))).await
}
