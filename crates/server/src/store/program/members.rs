//! Which user acts for which program, in which role.

use crate::store::read::known;
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::program::Role;
use whence_domain::{Instant, ProgramId, UserId};

/// Lets a user act for a program. Again changes nothing.
///
/// # Errors
/// The database's.
pub async fn insert(
    conn: &mut Conn,
    program: &ProgramId,
    user: &UserId,
    role: Role,
    at: Instant,
) -> Result<(), StoreError> {
    execute!(conn, "members.insert", program.as_str(), user.as_str(), role.code(), at.micros())?;
    Ok(())
}

/// The user's role in the program, if they have one.
///
/// # Errors
/// The database's.
pub async fn find(conn: &mut Conn, program: &ProgramId, user: &UserId) -> Result<Option<Role>, StoreError> {
    let row = fetch_optional!(conn, (String,), "members.find", program.as_str(), user.as_str())?;
    row.map(|(role,)| known("role", &role, Role::parse(&role))).transpose()
}

/// The programs that the user acts for, the first one joined first.
///
/// # Errors
/// The database's.
pub async fn list_for_user(conn: &mut Conn, user: &UserId) -> Result<Vec<(ProgramId, Role)>, StoreError> {
    let rows = fetch_all!(conn, (String, String), "members.list_for_user", user.as_str())?;
    rows.into_iter()
        .map(|(id, role)| Ok((ProgramId::from_stored(id), known("role", &role, Role::parse(&role))?)))
        .collect()
}
