//! Commissions whose waiting time has passed go to review.

use crate::app::App;
use crate::clock::Ids;
use crate::flows::earning::reckon_customer::reckon_customer;
use crate::store::earning::commissions;
use crate::store::tracking::identities;
use crate::store::{Conn, Priority, StoreError};
use std::time::Duration;
use whence_domain::{CustomerId, Instant, Tenant};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(60);
/// Customers at a time; the rest waits for the next look.
const AT_A_TIME: i64 = 200;

struct Input {
    tenant: Tenant,
    customer: CustomerId,
    ids: Ids,
    now: Instant,
}

/// Looks again and again.
pub async fn run(app: App) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = release(&app).await {
            tracing::warn!(%error, "commissions that are due could not be released; the next look tries again");
        }
    }
}

async fn release(app: &App) -> Result<(), StoreError> {
    let due = commissions::list_due(&mut app.store.read().await?, app.now(), AT_A_TIME).await?;
    for (tenant, customer) in due {
        let now = app.now();
        let input = Input { tenant, customer, ids: Ids::at(now), now };
        app.store.write(Priority::Bulk, input, |conn, input| Box::pin(reckon(conn, input))).await?;
    }
    Ok(())
}

async fn reckon(conn: &mut Conn, input: &Input) -> Result<(), StoreError> {
    let Input { tenant, customer, ids, now } = input;
    identities::bump(conn, tenant, &[customer.to_string()]).await?;
    reckon_customer(conn, tenant, customer, ids, *now).await
}
