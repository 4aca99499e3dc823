//! What can go wrong underneath the store's functions.

use thiserror::Error;

/// A failure of the database, or of what it holds.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The driver's own error.
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
    /// The batch that held this unit was not committed.
    #[error("the database did not commit: {0}")]
    NotCommitted(String),
    /// The store was closed before the work was done.
    #[error("the store is closed")]
    Closed,
    /// The work broke an invariant. What it had changed is undone.
    #[error("the work broke an invariant; the log says which")]
    Panicked,
    /// The database cannot be used as it is; the sentence says what to do.
    #[error("{0}")]
    Unusable(String),
    /// Something stored cannot be read back as what it should be.
    #[error("the stored {what} cannot be read: {why}")]
    Corrupt {
        /// Which kind of thing.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl StoreError {
    /// Says that something stored makes no sense.
    pub fn corrupt(what: &'static str, why: impl ToString) -> Self {
        Self::Corrupt { what, why: why.to_string() }
    }

    /// Whether the same work may succeed if it is run again at once: it lost a race (PostgreSQL 40001, 40P01, a unique
    /// key that another transaction took first; SQLite busy).
    pub fn is_lost_race(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        matches!(error.code().as_deref(), Some("40001" | "40P01" | "23505" | "5" | "517"))
    }

    /// Whether the database could not be reached at all, so that the caller should try later.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Closed => true,
            Self::Database(error) => matches!(
                error,
                sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed
            ),
            Self::NotCommitted(_) => true,
            _ => false,
        }
    }

    /// Whether the database refused the values themselves: trying again would be refused again. Everything else (away,
    /// full, busy) may pass.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Encode(_)) => true,
            Self::Database(sqlx::Error::Database(error)) => match error.code().as_deref() {
                // PostgreSQL: 22 data exception, 23 constraint (a lost race was already run again).
                Some(code) if code.len() == 5 => code.starts_with("22") || code.starts_with("23"),
                // SQLite: 18 too big, 19 constraint, 20 mismatch; the low byte is the primary code.
                Some(code) => matches!(code.parse::<u32>().map(|code| code & 0xff), Ok(18..=20)),
                None => false,
            },
            _ => false,
        }
    }

    /// The same failure for another unit of the same batch; the driver's error cannot be cloned, its text can.
    pub(super) fn again(&self) -> Self {
        Self::NotCommitted(self.to_string())
    }
}
