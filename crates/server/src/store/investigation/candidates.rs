//! Customers who may be whom a question is about, found by whatever is known of them.

use crate::store::{Conn, StoreError};
use crate::{fetch_all, fetch_optional};
use whence_domain::investigation::name_match::{NameKey, Probe};
use whence_domain::tracking::MatchedBy;
use whence_domain::{CustomerId, Instant, Period, Tenant};

/// A customer that was found, with what ranks it. The names in it are personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Which customer.
    pub id: CustomerId,
    /// Since when more than a browser says that it exists.
    pub confirmed_at: Option<Instant>,
    /// The customer that it turned out to be.
    pub merged_into: Option<CustomerId>,
    /// When it signed up.
    pub signed_up_at: Instant,
    /// When the row was made.
    pub created_at: Instant,
    /// What it is called.
    pub name: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// The company's own id for it.
    pub customer_key: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    confirmed_at: Option<i64>,
    merged_into: Option<String>,
    signed_up_at: i64,
    created_at: i64,
    name: Option<String>,
    email: Option<String>,
    customer_key: Option<String>,
}

impl From<Row> for Found {
    fn from(row: Row) -> Self {
        Self {
            id: CustomerId::from_stored(row.id),
            confirmed_at: row.confirmed_at.map(Instant::from_micros),
            merged_into: row.merged_into.map(CustomerId::from_stored),
            signed_up_at: Instant::from_micros(row.signed_up_at),
            created_at: Instant::from_micros(row.created_at),
            name: row.name,
            email: row.email,
            customer_key: row.customer_key,
        }
    }
}

fn all(rows: Vec<Row>) -> Vec<Found> {
    rows.into_iter().map(Found::from).collect()
}

/// The customer with this id.
pub async fn find(conn: &mut Conn, tenant: &Tenant, id: &CustomerId) -> Result<Option<Found>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(fetch_optional!(conn, Row, "candidates.find", program, mode, id.as_str())?.map(Found::from))
}

/// Customers whose own row has this e-mail address, in its compared form.
pub async fn list_by_email(
    conn: &mut Conn,
    tenant: &Tenant,
    email: &str,
    limit: i64,
) -> Result<Vec<Found>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(all(fetch_all!(conn, Row, "candidates.by_email", program, mode, email, limit)?))
}

/// Customers of whom somebody said that they have this e-mail address.
pub async fn list_by_claim_email(
    conn: &mut Conn,
    tenant: &Tenant,
    email: &str,
    limit: i64,
) -> Result<Vec<Found>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(all(fetch_all!(conn, Row, "candidates.by_claim_email", program, mode, email, limit)?))
}

/// Customers of whom somebody said that the company knows them by this key.
pub async fn list_by_claim_key(
    conn: &mut Conn,
    tenant: &Tenant,
    key: &str,
    limit: i64,
) -> Result<Vec<Found>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(all(fetch_all!(conn, Row, "candidates.by_claim_key", program, mode, key, limit)?))
}

/// Customers whose key, folded, is this one.
pub async fn list_by_folded_key(
    conn: &mut Conn,
    tenant: &Tenant,
    folded: &str,
    limit: i64,
) -> Result<Vec<Found>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(all(fetch_all!(conn, Row, "candidates.by_folded_key", program, mode, folded, limit)?))
}

/// The customer to whom a name belongs.
pub async fn find_by_identity(
    conn: &mut Conn,
    tenant: &Tenant,
    kind: MatchedBy,
    value: &str,
) -> Result<Option<Found>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(fetch_optional!(conn, Row, "candidates.by_identity", program, mode, kind.code(), value)?.map(Found::from))
}

/// Customers whose name's key lies in the probe's range.
pub async fn list_by_name(
    conn: &mut Conn,
    tenant: &Tenant,
    probe: &Probe,
    limit: i64,
) -> Result<Vec<Found>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let (from, to) = (&probe.from, &probe.to);
    Ok(all(match probe.key {
        NameKey::Forward => fetch_all!(conn, Row, "candidates.by_name_forward", program, mode, from, to, limit)?,
        NameKey::Backward => fetch_all!(conn, Row, "candidates.by_name_backward", program, mode, from, to, limit)?,
        NameKey::Sound => fetch_all!(conn, Row, "candidates.by_name_sound", program, mode, from, to, limit)?,
    }))
}

/// Customers whom somebody called by a name in the probe's range that their own rows lack. Probes of other keys find none.
pub async fn list_by_claim_name(
    conn: &mut Conn,
    tenant: &Tenant,
    probe: &Probe,
    limit: i64,
) -> Result<Vec<Found>, StoreError> {
    if probe.key != NameKey::Forward {
        return Ok(Vec::new());
    }
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(all(fetch_all!(conn, Row, "candidates.by_claim_name", program, mode, &probe.from, &probe.to, limit)?))
}

/// Who signed up in a time, its end included; the latest first.
pub async fn list_signed_up(
    conn: &mut Conn,
    tenant: &Tenant,
    period: Period,
    limit: i64,
) -> Result<Vec<Found>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let (from, to) = (period.start.micros(), period.end.micros());
    Ok(all(fetch_all!(conn, Row, "candidates.signed_up_between", program, mode, from, to, limit)?))
}
