//! The keys by which programs reach us: pairs of API keys, and tokens for server-to-server conversions. Of what is secret
//! only the SHA-256 is stored.

use crate::store::read::known;
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::{Instant, KeyPairId, Mode, ProgramId, Tenant};

/// A public and a secret API key. Together they speak for the company; the public one alone only makes claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPair {
    /// Its id.
    pub id: KeyPairId,
    /// For whom it speaks; the mode of everything that is done with it.
    pub tenant: Tenant,
    /// `pk_…` or `pk_test_…`.
    pub public_key: String,
    /// SHA-256 of `sk_…`.
    pub secret_hash: String,
    /// When it was made.
    pub created_at: Instant,
    /// Since when it no longer opens anything.
    pub revoked_at: Option<Instant>,
}

/// Stores a new pair.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, pair: &KeyPair) -> Result<(), StoreError> {
    execute!(
        conn,
        "keys.insert",
        pair.id.as_str(),
        pair.tenant.program.as_str(),
        pair.tenant.mode.as_str(),
        pair.public_key.as_str(),
        pair.secret_hash.as_str(),
        pair.created_at.micros(),
        pair.revoked_at.map(Instant::micros),
    )?;
    Ok(())
}

/// The pair with this public key, unless it was revoked.
///
/// # Errors
/// The database's.
pub async fn find_by_public_key(conn: &mut Conn, public_key: &str) -> Result<Option<KeyPair>, StoreError> {
    fetch_optional!(conn, Row, "keys.find_by_public_key", public_key)?.map(Row::read).transpose()
}

/// The pairs of a tenant, oldest first, with those that were revoked.
///
/// # Errors
/// The database's.
pub async fn list(conn: &mut Conn, tenant: &Tenant) -> Result<Vec<KeyPair>, StoreError> {
    let rows = fetch_all!(conn, Row, "keys.list", tenant.program.as_str(), tenant.mode.as_str())?;
    rows.into_iter().map(Row::read).collect()
}

/// Every pair that opens something, of every program: what the edge holds in memory.
///
/// # Errors
/// The database's.
pub async fn list_all(conn: &mut Conn) -> Result<Vec<KeyPair>, StoreError> {
    fetch_all!(conn, Row, "keys.list_all")?.into_iter().map(Row::read).collect()
}

/// Revokes a pair. `false` if the tenant has no such pair, or it was revoked before.
///
/// # Errors
/// The database's.
pub async fn mark_revoked(conn: &mut Conn, tenant: &Tenant, id: &KeyPairId, at: Instant) -> Result<bool, StoreError> {
    let rows =
        execute!(conn, "keys.mark_revoked", tenant.program.as_str(), tenant.mode.as_str(), id.as_str(), at.micros(),)?;
    Ok(rows == 1)
}

/// Stores the hash of a new token for server-to-server conversions (`wire.md` 2.6).
///
/// # Errors
/// The database's.
pub async fn insert_token(conn: &mut Conn, token_hash: &str, tenant: &Tenant, at: Instant) -> Result<(), StoreError> {
    execute!(conn, "keys.insert_token", token_hash, tenant.program.as_str(), tenant.mode.as_str(), at.micros())?;
    Ok(())
}

/// For whom a token speaks, unless it was revoked.
///
/// # Errors
/// The database's.
pub async fn find_token(conn: &mut Conn, token_hash: &str) -> Result<Option<Tenant>, StoreError> {
    let row = fetch_optional!(conn, (String, String), "keys.find_token", token_hash)?;
    row.map(|(program, mode)| {
        Ok(Tenant::new(ProgramId::from_stored(program), known("mode", &mode, Mode::parse(&mode))?))
    })
    .transpose()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    program_id: String,
    mode: String,
    public_key: String,
    secret_hash: String,
    created_at: i64,
    revoked_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<KeyPair, StoreError> {
        let mode = known("mode", &self.mode, Mode::parse(&self.mode))?;
        Ok(KeyPair {
            id: KeyPairId::from_stored(self.id),
            tenant: Tenant::new(ProgramId::from_stored(self.program_id), mode),
            public_key: self.public_key,
            secret_hash: self.secret_hash,
            created_at: Instant::from_micros(self.created_at),
            revoked_at: self.revoked_at.map(Instant::from_micros),
        })
    }
}
