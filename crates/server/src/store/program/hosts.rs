//! The hosts that serve a program's links, and further sites whose pages may talk to us.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::{Instant, ProgramId};

/// A host that serves a program's links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkHost {
    /// In lower case, without a port.
    pub host: String,
    /// Whose links.
    pub program: ProgramId,
    /// Who vouches that it is theirs: `operator` or `dns`.
    pub proof: String,
    /// When it was last proved.
    pub verified_at: Instant,
}

/// Gives a host to a program. `false`, and nothing stored, if any program has it: a link host is unique in the
/// installation.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, host: &LinkHost) -> Result<bool, StoreError> {
    let rows = execute!(
        conn,
        "hosts.insert",
        host.host.as_str(),
        host.program.as_str(),
        host.proof.as_str(),
        host.verified_at.micros(),
    )?;
    Ok(rows == 1)
}

/// The host and whose it is.
///
/// # Errors
/// The database's.
pub async fn find(conn: &mut Conn, host: &str) -> Result<Option<LinkHost>, StoreError> {
    Ok(fetch_optional!(conn, Row, "hosts.find", host)?.map(Row::read))
}

/// A program's link hosts, the first one first.
///
/// # Errors
/// The database's.
pub async fn list(conn: &mut Conn, program: &ProgramId) -> Result<Vec<LinkHost>, StoreError> {
    Ok(fetch_all!(conn, Row, "hosts.list", program.as_str())?.into_iter().map(Row::read).collect())
}

/// Lets pages of a further site talk to us in the program's name. Again does no harm.
///
/// # Errors
/// The database's.
pub async fn insert_origin(conn: &mut Conn, program: &ProgramId, host: &str, at: Instant) -> Result<(), StoreError> {
    execute!(conn, "hosts.insert_origin", program.as_str(), host, at.micros())?;
    Ok(())
}

/// The further sites, by name.
///
/// # Errors
/// The database's.
pub async fn list_origins(conn: &mut Conn, program: &ProgramId) -> Result<Vec<String>, StoreError> {
    let rows = fetch_all!(conn, (String,), "hosts.list_origins", program.as_str())?;
    Ok(rows.into_iter().map(|(host,)| host).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    host: String,
    program_id: String,
    proof: String,
    verified_at: i64,
}

impl Row {
    fn read(self) -> LinkHost {
        LinkHost {
            host: self.host,
            program: ProgramId::from_stored(self.program_id),
            proof: self.proof,
            verified_at: Instant::from_micros(self.verified_at),
        }
    }
}
