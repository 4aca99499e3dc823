//! How the payment provider's deliveries fare.

use crate::store::{Conn, StoreError};
use crate::{fetch_all, fetch_optional};
use whence_domain::investigation::facts::UnmatchedPayment;
use whence_domain::{Instant, Period, Tenant};

#[derive(sqlx::FromRow)]
struct UnmatchedRow {
    event_id: String,
    provider_at: i64,
    cause: Option<String>,
}

/// When the last good delivery came.
pub async fn find_last_delivery(conn: &mut Conn, tenant: &Tenant) -> Result<Option<Instant>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let row = fetch_optional!(conn, (i64,), "payment_channel.last_delivery", program, mode)?;
    Ok(row.map(|(at,)| Instant::from_micros(at)))
}

/// How many good deliveries came in a time, counted up to `limit`.
pub async fn count_deliveries(conn: &mut Conn, tenant: &Tenant, period: Period, limit: i64) -> Result<i64, StoreError> {
    let row = fetch_optional!(
        conn,
        (i64,),
        "payment_channel.count_deliveries",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        period.start.micros(),
        period.end.micros(),
        limit
    )?;
    Ok(row.map_or(0, |(deliveries,)| deliveries))
}

/// Deliveries of a time, its end included, that told of something and named nobody: the latest.
pub async fn list_unmatched(
    conn: &mut Conn,
    tenant: &Tenant,
    period: Period,
    limit: i64,
) -> Result<Vec<UnmatchedPayment>, StoreError> {
    let rows = fetch_all!(
        conn,
        UnmatchedRow,
        "payment_channel.unmatched",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        period.start.micros(),
        period.end.micros(),
        limit
    )?;
    let unmatched = |row: UnmatchedRow| UnmatchedPayment {
        event: row.event_id,
        at: Instant::from_micros(row.provider_at),
        why: row.cause.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(unmatched).collect())
}

/// The bodies of the latest finished checkouts of a time, its end included.
pub async fn list_checkouts(
    conn: &mut Conn,
    tenant: &Tenant,
    period: Period,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    let rows = fetch_all!(
        conn,
        (String,),
        "payment_channel.checkouts",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        period.start.micros(),
        period.end.micros(),
        limit
    )?;
    Ok(rows.into_iter().map(|(body,)| body).collect())
}
