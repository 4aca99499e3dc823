//! The versions of a program's policy.

use crate::store::read::{checked, present};
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::ProgramId;
use whence_domain::program::Policy;

/// Adds a version. `false`, and nothing stored, if the program has one of that number.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, program: &ProgramId, policy: &Policy) -> Result<bool, StoreError> {
    let text = checked("policy", serde_json::to_string(policy))?;
    let rows =
        execute!(conn, "policies.insert", program.as_str(), policy.version, policy.from_at.micros(), text.as_str())?;
    Ok(rows == 1)
}

/// The latest version.
///
/// # Errors
/// The database's, also if there is none.
pub async fn get_latest(conn: &mut Conn, program: &ProgramId) -> Result<Policy, StoreError> {
    let (text,) = present(fetch_optional!(conn, (String,), "policies.get_latest", program.as_str())?)?;
    checked("policy", serde_json::from_str(&text))
}

/// Every version, oldest first: decisions pick the one in force at their event's time.
///
/// # Errors
/// The database's.
pub async fn list(conn: &mut Conn, program: &ProgramId) -> Result<Vec<Policy>, StoreError> {
    let rows = fetch_all!(conn, (String,), "policies.list", program.as_str())?;
    rows.into_iter().map(|(text,)| checked("policy", serde_json::from_str(&text))).collect()
}
