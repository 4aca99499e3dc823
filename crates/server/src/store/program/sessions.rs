//! Who is signed in. Only the hash of a session's token is stored, so that a stolen copy signs nobody in.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_optional};
use whence_domain::{Instant, UserId};

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the cookie's token.
    pub token_hash: String,
    /// Who.
    pub user: UserId,
    /// What every form of this session must carry.
    pub csrf_token: String,
    /// The browser, for the list of sessions.
    pub user_agent: Option<String>,
    /// When they signed in.
    pub created_at: Instant,
    /// When they were last here.
    pub seen_at: Instant,
    /// When they must sign in again.
    pub expires_at: Instant,
}

/// Stores a new session.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
    execute!(
        conn,
        "sessions.insert",
        session.token_hash.as_str(),
        session.user.as_str(),
        session.csrf_token.as_str(),
        session.user_agent.as_deref(),
        session.created_at.micros(),
        session.seen_at.micros(),
        session.expires_at.micros(),
    )?;
    Ok(())
}

/// The session with this token, if it has not expired at `now`.
///
/// # Errors
/// The database's.
pub async fn find(conn: &mut Conn, token_hash: &str, now: Instant) -> Result<Option<Session>, StoreError> {
    Ok(fetch_optional!(conn, Row, "sessions.find", token_hash, now.micros())?.map(Row::read))
}

/// Notes that the session's user was here, and until when it now lasts.
///
/// # Errors
/// The database's.
pub async fn mark_seen(
    conn: &mut Conn,
    token_hash: &str,
    seen_at: Instant,
    expires_at: Instant,
) -> Result<(), StoreError> {
    execute!(conn, "sessions.mark_seen", token_hash, seen_at.micros(), expires_at.micros())?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// The database's.
pub async fn delete(conn: &mut Conn, token_hash: &str) -> Result<(), StoreError> {
    execute!(conn, "sessions.delete", token_hash)?;
    Ok(())
}

/// Signs a user out everywhere.
///
/// # Errors
/// The database's.
pub async fn delete_all_of(conn: &mut Conn, user: &UserId) -> Result<(), StoreError> {
    execute!(conn, "sessions.delete_all_of", user.as_str())?;
    Ok(())
}

/// Clears away sessions that have expired at `now`.
///
/// # Errors
/// The database's.
pub async fn delete_expired(conn: &mut Conn, now: Instant) -> Result<u64, StoreError> {
    Ok(execute!(conn, "sessions.delete_expired", now.micros())?)
}

#[derive(sqlx::FromRow)]
struct Row {
    token_hash: String,
    user_id: String,
    csrf_token: String,
    user_agent: Option<String>,
    created_at: i64,
    seen_at: i64,
    expires_at: i64,
}

impl Row {
    fn read(self) -> Session {
        Session {
            token_hash: self.token_hash,
            user: UserId::from_stored(self.user_id),
            csrf_token: self.csrf_token,
            user_agent: self.user_agent,
            created_at: Instant::from_micros(self.created_at),
            seen_at: Instant::from_micros(self.seen_at),
            expires_at: Instant::from_micros(self.expires_at),
        }
    }
}
