//! Refused ingest requests: counters, never a row per request.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all};
use whence_domain::ProgramId;

/// What one run of a node has refused in one hour, from one origin, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Hours since 1970.
    pub hour: i64,
    /// The host of the origin; empty if none was sent.
    pub origin: String,
    /// Why.
    pub reason: &'static str,
    /// The run.
    pub slot: i64,
    /// The program whose verified site the origin belongs to.
    pub program: Option<String>,
    /// How many so far.
    pub requests: i64,
    /// How many of them were sign-ups; null where that was not counted yet.
    pub sign_ups: Option<i64>,
    /// JSON array of samples.
    pub samples: String,
    /// When the last one came, in microseconds.
    pub last_at: i64,
}

/// Stores the count so far, in place of what the same run stored before.
pub async fn store(conn: &mut Conn, refused: &Refused) -> Result<(), StoreError> {
    execute!(
        conn,
        "refusals.store",
        refused.hour,
        &refused.origin,
        refused.reason,
        refused.slot,
        &refused.program,
        refused.requests,
        &refused.samples,
        refused.last_at,
        refused.sign_ups
    )?;
    Ok(())
}

/// What was refused in one hour from one origin for one reason, summed over the runs of nodes.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct RefusedHour {
    /// Hours since 1970.
    pub hour: i64,
    /// The host of the origin.
    pub origin: String,
    /// Why.
    pub reason: String,
    /// How many.
    pub requests: i64,
    /// How many of them were sign-ups, where that was counted.
    pub sign_ups: Option<i64>,
    /// When the last one came, in microseconds.
    pub last_at: i64,
}

/// What was refused of pages of the program's own sites, from one hour to another, the latest hours first.
pub async fn list(
    conn: &mut Conn,
    program: &ProgramId,
    from: i64,
    to: i64,
    limit: i64,
) -> Result<Vec<RefusedHour>, StoreError> {
    Ok(fetch_all!(conn, RefusedHour, "refusals.list", program.as_str(), from, to, limit)?)
}
