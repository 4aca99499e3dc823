//! What the list of partners and a partner's page add up.

use crate::store::{Conn, StoreError};
use crate::{fetch_all, fetch_optional};
use whence_domain::tracking::screening::Outcome;
use whence_domain::{LinkId, PartnerId, Tenant};

/// How many clicks of one link had one outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clicks {
    /// The link.
    pub link: LinkId,
    /// The outcome.
    pub outcome: Outcome,
    /// How many.
    pub clicks: i64,
}

/// The clicks of a partner's links by outcome, in all.
pub async fn clicks(conn: &mut Conn, tenant: &Tenant, partner: &PartnerId) -> Result<Vec<Clicks>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_all!(conn, (String, String, i64), "dashboard.partner_clicks", program, mode, partner.as_str())?
        .into_iter()
        .map(|(link, outcome, clicks)| {
            let outcome = Outcome::parse(&outcome).ok_or_else(|| StoreError::corrupt("outcome", outcome))?;
            Ok(Clicks { link: LinkId::from_stored(link), outcome, clicks })
        })
        .collect()
}

/// How many customers a partner has.
pub async fn customers(conn: &mut Conn, tenant: &Tenant, partner: &PartnerId) -> Result<i64, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let row = fetch_optional!(conn, (i64,), "dashboard.partner_customers", program, mode, partner.as_str())?;
    Ok(row.map_or(0, |(many,)| many))
}
