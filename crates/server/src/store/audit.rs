//! Who changed what, append-only.

use crate::execute;
use crate::store::{Conn, StoreError};
use serde_json::Value;
use whence_domain::{AuditId, Instant, KeyPairId, Mode, ProgramId, UserId};

/// Who made a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody signed in.
    User(UserId),
    /// A program with a pair of API keys.
    KeyPair(KeyPairId),
    /// Somebody with access to the machine, by the command line.
    Operator,
    /// Whence itself.
    System,
}

impl Actor {
    /// The word stored for the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::KeyPair(_) => "key_pair",
            Self::Operator => "operator",
            Self::System => "system",
        }
    }

    /// Their id, where they have one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::User(id) => Some(id.as_str()),
            Self::KeyPair(id) => Some(id.as_str()),
            Self::Operator | Self::System => None,
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'a> {
    /// Its id.
    pub id: AuditId,
    /// In which program.
    pub program: &'a ProgramId,
    /// In which mode, unless it concerns both.
    pub mode: Option<Mode>,
    /// Who made it.
    pub actor: &'a Actor,
    /// What was done: `partner.created`.
    pub action: &'static str,
    /// To what kind of thing.
    pub subject_kind: &'static str,
    /// To which one.
    pub subject_id: &'a str,
    /// What changed. Never a secret, never what erasure must reach.
    pub detail: Value,
    /// When.
    pub at: Instant,
}

/// Adds an entry.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, entry: &Entry<'_>) -> Result<(), StoreError> {
    execute!(
        conn,
        "audit.insert",
        entry.id.as_str(),
        entry.program.as_str(),
        entry.mode.map(Mode::as_str),
        entry.actor.kind(),
        entry.actor.id(),
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.detail.to_string(),
        entry.at.micros(),
    )?;
    Ok(())
}
