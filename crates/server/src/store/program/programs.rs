//! Programs.

use crate::store::read::{checked, known, present};
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::program::{Program, Slug};
use whence_domain::{Currency, Instant, ProgramId};

/// Stores a new program. `false`, and nothing stored, if its slug is taken.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, program: &Program) -> Result<bool, StoreError> {
    let rows = execute!(
        conn,
        "programs.insert",
        program.id.as_str(),
        program.slug.folded(),
        program.name.as_str(),
        program.site.as_str(),
        program.site_domain.as_str(),
        program.currency.code(),
        program.time_zone.as_str(),
        program.created_at.micros(),
    )?;
    Ok(rows == 1)
}

/// The program, which must exist.
///
/// # Errors
/// The database's, also if there is none.
pub async fn get(conn: &mut Conn, id: &ProgramId) -> Result<Program, StoreError> {
    present(fetch_optional!(conn, Row, "programs.get", id.as_str())?)?.read()
}

/// The program with this slug, in any case.
///
/// # Errors
/// The database's.
pub async fn find_by_slug(conn: &mut Conn, slug: &Slug) -> Result<Option<Program>, StoreError> {
    fetch_optional!(conn, Row, "programs.find_by_slug", slug.folded())?.map(Row::read).transpose()
}

/// Every program of the installation, oldest first.
///
/// # Errors
/// The database's.
pub async fn list(conn: &mut Conn) -> Result<Vec<Program>, StoreError> {
    fetch_all!(conn, Row, "programs.list")?.into_iter().map(Row::read).collect()
}

/// The version of every program: it grows with whatever the link table serves of it.
///
/// # Errors
/// The database's.
pub async fn list_versions(conn: &mut Conn) -> Result<Vec<(ProgramId, i64)>, StoreError> {
    let rows = fetch_all!(conn, (String, i64), "programs.list_versions")?;
    Ok(rows.into_iter().map(|(id, version)| (ProgramId::from_stored(id), version)).collect())
}

/// Says that something the link table serves has changed. Belongs in the transaction that changes it.
///
/// # Errors
/// The database's.
pub async fn mark_changed(conn: &mut Conn, id: &ProgramId) -> Result<(), StoreError> {
    execute!(conn, "programs.mark_changed", id.as_str())?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    slug: String,
    name: String,
    site: String,
    site_domain: String,
    currency: String,
    time_zone: String,
    created_at: i64,
}

impl Row {
    fn read(self) -> Result<Program, StoreError> {
        Ok(Program {
            id: ProgramId::from_stored(self.id),
            slug: checked("program slug", Slug::parse(&self.slug))?,
            name: self.name,
            site: self.site,
            site_domain: self.site_domain,
            currency: known("currency", &self.currency, Currency::parse(&self.currency))?,
            time_zone: self.time_zone,
            created_at: Instant::from_micros(self.created_at),
        })
    }
}
