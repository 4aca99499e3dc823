//! How many clicks there were, per day, link, partner and outcome.

use crate::fetch_all;
use crate::store::{Conn, StoreError};
use whence_domain::Tenant;

/// A number of clicks of one day, link, partner and outcome.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Counted {
    /// The day in the program's zone.
    pub day: String,
    /// The link.
    pub link_id: String,
    /// The partner.
    pub partner_id: String,
    /// What screening said.
    pub outcome: String,
    /// How many.
    pub clicks: i64,
}

/// The clicks themselves, counted anew. Reads every click: for the verifier alone.
pub async fn recount(conn: &mut Conn, tenant: &Tenant) -> Result<Vec<Counted>, StoreError> {
    Ok(fetch_all!(conn, Counted, "rollups.recount", tenant.program.as_str(), tenant.mode.as_str())?)
}

/// What the roll-ups say, summed over the slots of those who drained.
pub async fn list(conn: &mut Conn, tenant: &Tenant) -> Result<Vec<Counted>, StoreError> {
    Ok(fetch_all!(conn, Counted, "rollups.list", tenant.program.as_str(), tenant.mode.as_str())?)
}
