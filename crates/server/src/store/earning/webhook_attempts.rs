//! Deliveries that were refused: counters per address, hour and reason, never a row per request and never a body.

use crate::store::read::known;
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all};
use whence_domain::investigation::AttemptRefusal;
use whence_domain::{Instant, Tenant};

/// What one run of a node has refused in one hour, at one address, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Hours since 1970.
    pub hour: i64,
    /// `stripe`, …
    pub provider: String,
    /// The address; empty for those that nobody was given.
    pub endpoint_key: String,
    /// Why.
    pub reason: AttemptRefusal,
    /// The run.
    pub slot: i64,
    /// Whose address it is, if it is anybody's.
    pub tenant: Option<Tenant>,
    /// How many so far.
    pub attempts: i64,
    /// A JSON array of [samples](crate::flows::earning::webhook_attempts).
    pub samples: String,
    /// When the first one came.
    pub first_at: Instant,
    /// When the last one came.
    pub last_at: Instant,
}

/// Attempts at one address that were refused for one reason, within some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// `stripe`, …
    pub provider: String,
    /// The address.
    pub endpoint_key: String,
    /// Why.
    pub reason: AttemptRefusal,
    /// How many.
    pub attempts: i64,
    /// When the first of them came; no earlier than its hour's first.
    pub first_at: Instant,
    /// When the last of them came.
    pub last_at: Instant,
    /// A JSON array of samples, of the latest hour.
    pub samples: String,
}

/// Stores the count so far, in place of what the same run stored before.
pub async fn store(conn: &mut Conn, counted: &Counted) -> Result<(), StoreError> {
    execute!(
        conn,
        "webhook_attempts.store",
        counted.hour,
        &counted.provider,
        &counted.endpoint_key,
        counted.reason.code(),
        counted.slot,
        counted.tenant.as_ref().map(|tenant| tenant.program.as_str()),
        counted.tenant.as_ref().map(|tenant| tenant.mode.as_str()),
        counted.attempts,
        &counted.samples,
        counted.first_at.micros(),
        counted.last_at.micros()
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    provider: String,
    endpoint_key: String,
    reason: String,
    attempts: i64,
    first_at: i64,
    last_at: i64,
    samples: String,
}

impl Row {
    fn read(self) -> Result<Refused, StoreError> {
        Ok(Refused {
            reason: known("webhook attempt", &self.reason, AttemptRefusal::parse(&self.reason))?,
            provider: self.provider,
            endpoint_key: self.endpoint_key,
            attempts: self.attempts,
            first_at: Instant::from_micros(self.first_at),
            last_at: Instant::from_micros(self.last_at),
            samples: self.samples,
        })
    }
}

/// The counters of single hours whose last attempt came at or after `from` and before `to`, the latest first, at most
/// `limit`: what was refused of the tenant's, as lists of what arrived show it.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    from: Instant,
    to: Instant,
    limit: i64,
) -> Result<Vec<Refused>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, Row, "webhook_attempts.list", program, mode, from.micros(), to.micros(), limit)?;
    rows.into_iter().map(Row::read).collect()
}

/// What was refused of the tenant's between two moments, one row per address and reason, the latest first. An hour counts
/// whole if its last attempt lies in between.
pub async fn refused_between(
    conn: &mut Conn,
    tenant: &Tenant,
    from: Instant,
    to: Instant,
) -> Result<Vec<Refused>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, Row, "webhook_attempts.refused_between", program, mode, from.micros(), to.micros())?;
    rows.into_iter().map(Row::read).collect()
}
