//! The program: the tenant.

use super::slug::Slug;
use crate::id::ProgramId;
use crate::money::Currency;
use crate::time::Instant;
use serde::{Deserialize, Serialize};

/// One referral scheme of one company. What it decided about tracking is its [`Policy`](super::Policy).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Its id.
    pub id: ProgramId,
    /// Its place in addresses under the app host: `/l/{slug}/…`.
    pub slug: Slug,
    /// What the company calls it.
    pub name: String,
    /// The company's site, as an origin: `https://shop.com`.
    pub site: String,
    /// The registrable domain of that site: `shop.com`.
    pub site_domain: String,
    /// The currency that forms and reports begin with; amounts keep their own.
    pub currency: Currency,
    /// The IANA name of the zone whose days and months count: `UTC` unless told.
    pub time_zone: String,
    /// When it was made.
    pub created_at: Instant,
}
