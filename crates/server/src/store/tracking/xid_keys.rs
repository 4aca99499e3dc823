//! The keys that click ids are proved with.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use whence_domain::Instant;

#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    secret: String,
}

/// Version and secret of every key that still verifies, oldest first.
pub async fn list(conn: &mut Conn) -> Result<Vec<(u8, Vec<u8>)>, StoreError> {
    fetch_all!(conn, Row, "xid_keys.list")?
        .into_iter()
        .map(|row| {
            let version = u8::try_from(row.version).map_err(|error| StoreError::corrupt("click id key", error))?;
            let secret = STANDARD.decode(&row.secret).map_err(|error| StoreError::corrupt("click id key", error))?;
            Ok((version, secret))
        })
        .collect()
}

/// Adds a key, unless its version has one.
pub async fn insert(conn: &mut Conn, version: u8, secret: &[u8], now: Instant) -> Result<(), StoreError> {
    execute!(conn, "xid_keys.insert", i64::from(version), STANDARD.encode(secret), now.micros())?;
    Ok(())
}
