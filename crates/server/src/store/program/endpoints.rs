//! The addresses that payment providers deliver to. Their secrets are stored as they are: checking a signature needs them.

use crate::store::read::known;
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::{EndpointId, Instant, Mode, ProgramId, Tenant};

/// An address for one provider's deliveries: `/webhooks/{provider}/{endpoint_key}`.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The last part of the address.
    pub key: EndpointId,
    /// For whom, in which mode.
    pub tenant: Tenant,
    /// `stripe`, …
    pub provider: String,
    /// The whole key of the HMAC, prefix included. Without one every delivery is refused.
    pub secret: Option<String>,
    /// When it was made.
    pub created_at: Instant,
}

impl std::fmt::Debug for Endpoint {
    /// Without the secret, which must not reach a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Endpoint({} of {:?})", self.key, self.tenant)
    }
}

impl Endpoint {
    /// The path of the address.
    pub fn path(&self) -> String {
        format!("/webhooks/{}/{}", self.provider, self.key)
    }
}

/// Stores a new address.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, endpoint: &Endpoint) -> Result<(), StoreError> {
    execute!(
        conn,
        "endpoints.insert",
        endpoint.key.as_str(),
        endpoint.tenant.program.as_str(),
        endpoint.tenant.mode.as_str(),
        endpoint.provider.as_str(),
        endpoint.secret.as_deref(),
        endpoint.created_at.micros(),
    )?;
    Ok(())
}

/// The address of this provider with this key, unless it was revoked.
///
/// # Errors
/// The database's.
pub async fn find(conn: &mut Conn, provider: &str, key: &EndpointId) -> Result<Option<Endpoint>, StoreError> {
    fetch_optional!(conn, Row, "endpoints.find", provider, key.as_str())?.map(Row::read).transpose()
}

/// The addresses of a tenant, oldest first.
///
/// # Errors
/// The database's.
pub async fn list(conn: &mut Conn, tenant: &Tenant) -> Result<Vec<Endpoint>, StoreError> {
    let rows = fetch_all!(conn, Row, "endpoints.list", tenant.program.as_str(), tenant.mode.as_str())?;
    rows.into_iter().map(Row::read).collect()
}

/// Gives an address another secret. `false` if the tenant has no such address.
///
/// # Errors
/// The database's.
pub async fn mark_secret(conn: &mut Conn, tenant: &Tenant, key: &EndpointId, secret: &str) -> Result<bool, StoreError> {
    let rows =
        execute!(conn, "endpoints.mark_secret", tenant.program.as_str(), tenant.mode.as_str(), key.as_str(), secret,)?;
    Ok(rows == 1)
}

#[derive(sqlx::FromRow)]
struct Row {
    endpoint_key: String,
    program_id: String,
    mode: String,
    provider: String,
    secret: Option<String>,
    created_at: i64,
}

impl Row {
    fn read(self) -> Result<Endpoint, StoreError> {
        let mode = known("mode", &self.mode, Mode::parse(&self.mode))?;
        Ok(Endpoint {
            key: EndpointId::from_stored(self.endpoint_key),
            tenant: Tenant::new(ProgramId::from_stored(self.program_id), mode),
            provider: self.provider,
            secret: self.secret,
            created_at: Instant::from_micros(self.created_at),
        })
    }
}
