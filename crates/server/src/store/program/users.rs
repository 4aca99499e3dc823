//! People who sign in.

use crate::store::read::{checked, present};
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_optional};
use whence_domain::program::Email;
use whence_domain::{Instant, UserId};

/// Somebody who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// By what they sign in.
    pub email: Email,
    /// What they are called, perhaps empty.
    pub name: String,
    /// Argon2id, as a PHC string.
    pub password_hash: String,
    /// When they were added.
    pub created_at: Instant,
}

/// Stores a new user. `false`, and nothing stored, if the e-mail is taken.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, user: &User) -> Result<bool, StoreError> {
    let rows = execute!(
        conn,
        "users.insert",
        user.id.as_str(),
        user.email.as_str(),
        user.name.as_str(),
        user.password_hash.as_str(),
        user.created_at.micros(),
    )?;
    Ok(rows == 1)
}

/// The user, who must exist.
///
/// # Errors
/// The database's, also if there is none.
pub async fn get(conn: &mut Conn, id: &UserId) -> Result<User, StoreError> {
    present(fetch_optional!(conn, Row, "users.get", id.as_str())?)?.read()
}

/// The user with this e-mail.
///
/// # Errors
/// The database's.
pub async fn find_by_email(conn: &mut Conn, email: &Email) -> Result<Option<User>, StoreError> {
    fetch_optional!(conn, Row, "users.find_by_email", email.as_str())?.map(Row::read).transpose()
}

/// Gives the user another password.
///
/// # Errors
/// The database's.
pub async fn mark_password(conn: &mut Conn, id: &UserId, password_hash: &str) -> Result<(), StoreError> {
    execute!(conn, "users.mark_password", id.as_str(), password_hash)?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    email: String,
    name: String,
    password_hash: String,
    created_at: i64,
}

impl Row {
    fn read(self) -> Result<User, StoreError> {
        Ok(User {
            id: UserId::from_stored(self.id),
            email: checked("user e-mail", Email::parse(&self.email))?,
            name: self.name,
            password_hash: self.password_hash,
            created_at: Instant::from_micros(self.created_at),
        })
    }
}
