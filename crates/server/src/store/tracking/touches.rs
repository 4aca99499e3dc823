//! Touches: clicks as candidates for a customer, decoded from the ids that claims brought.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all};
use whence_domain::tracking::screening::Outcome;
use whence_domain::tracking::{CameBy, Touch, TouchClass, TouchId};
use whence_domain::{ClaimId, CustomerId, Instant, LinkId, PartnerId, Tenant};

/// A touch as it is kept: what the id itself says, which stands before the click is drained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTouch {
    /// Which click.
    pub id: TouchId,
    /// The id as text.
    pub xid: String,
    /// The link whose number is in the id.
    pub link: LinkId,
    /// Whose link that was at the click's time.
    pub partner: PartnerId,
    /// What screening said, as the id carries it.
    pub outcome: Outcome,
    /// How the id came.
    pub came_by: CameBy,
}

#[derive(sqlx::FromRow)]
struct Row {
    claim_id: String,
    incarnation: i64,
    ms: i64,
    counter: i64,
    xid: String,
    partner_id: String,
    outcome: String,
    came_by: String,
    reclassified_at: Option<i64>,
    customers: i64,
}

/// What screening said, as far as attribution cares.
pub fn class_of(outcome: Outcome) -> TouchClass {
    match outcome {
        outcome if outcome.attributes() => TouchClass::Counts,
        outcome if outcome.upgradable() => TouchClass::CountsOnceConfirmed,
        _ => TouchClass::Never,
    }
}

/// Keeps a touch of a claim.
pub async fn insert(
    conn: &mut Conn,
    tenant: &Tenant,
    claim: &ClaimId,
    touch: &NewTouch,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        conn,
        "touches.insert",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        claim.as_str(),
        i64::from(touch.id.incarnation),
        touch.id.millis,
        i64::from(touch.id.counter),
        &touch.xid,
        touch.link.as_str(),
        touch.partner.as_str(),
        touch.outcome.as_str(),
        touch.came_by.code(),
        now.micros()
    )?;
    Ok(())
}

/// Every touch that a customer's claims brought, each with what screening said of the click.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
) -> Result<Vec<(Touch, Outcome)>, StoreError> {
    fetch_all!(conn, Row, "touches.list", tenant.program.as_str(), tenant.mode.as_str(), customer.as_str())?
        .into_iter()
        .map(|row| {
            let broken = |why: &dyn std::fmt::Display| StoreError::corrupt("touch", why);
            let outcome = Outcome::parse(&row.outcome).ok_or_else(|| broken(&row.outcome))?;
            let touch = Touch {
                id: TouchId {
                    millis: row.ms,
                    incarnation: u32::try_from(row.incarnation).map_err(|error| broken(&error))?,
                    counter: u16::try_from(row.counter).map_err(|error| broken(&error))?,
                },
                xid: row.xid,
                partner: PartnerId::from_stored(row.partner_id),
                class: class_of(outcome),
                landed_at: row.reclassified_at.map(Instant::from_micros),
                came_by: CameBy::parse(&row.came_by).ok_or_else(|| broken(&row.came_by))?,
                claim: ClaimId::from_stored(row.claim_id),
                shared_id: row.customers > 1,
            };
            Ok((touch, outcome))
        })
        .collect()
}
