//! Refused ingest requests: counters, never a row per request.

use crate::execute;
use crate::store::{Conn, StoreError};

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
        refused.last_at
    )?;
    Ok(())
}
