//! Groups of partners that share offers. They stand beside the modes: test partners are in the same groups as live ones.

use crate::store::read::{checked, present};
use crate::store::{Conn, Listed, Page, StoreError};
use crate::{execute, fetch_all, fetch_optional, list_page};
use whence_domain::program::{Group, Slug};
use whence_domain::{GroupId, Instant, ProgramId};

/// Stores a new group. `false`, and nothing stored, if the program has one of that slug.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, program: &ProgramId, group: &Group) -> Result<bool, StoreError> {
    let rows = execute!(
        conn,
        "groups.insert",
        group.id.as_str(),
        program.as_str(),
        group.slug.folded(),
        group.name.as_str(),
        group.default_at.map(Instant::micros),
        group.archived_at.map(Instant::micros),
        group.created_at.micros(),
        group.updated_at.micros(),
    )?;
    Ok(rows == 1)
}

/// The program's group with this id.
///
/// # Errors
/// The database's.
pub async fn find(conn: &mut Conn, program: &ProgramId, id: &GroupId) -> Result<Option<Group>, StoreError> {
    fetch_optional!(conn, Row, "groups.find", program.as_str(), id.as_str())?.map(Row::read).transpose()
}

/// The program's group with this slug, in any case.
///
/// # Errors
/// The database's.
pub async fn find_by_slug(conn: &mut Conn, program: &ProgramId, slug: &str) -> Result<Option<Group>, StoreError> {
    let slug = slug.to_ascii_lowercase();
    fetch_optional!(conn, Row, "groups.find_by_slug", program.as_str(), slug)?.map(Row::read).transpose()
}

/// The group that a partner joins when none is named; every program has one.
///
/// # Errors
/// The database's, also if there is none.
pub async fn get_default(conn: &mut Conn, program: &ProgramId) -> Result<Group, StoreError> {
    present(fetch_optional!(conn, Row, "groups.get_default", program.as_str())?)?.read()
}

/// One page of the program's groups.
///
/// # Errors
/// The database's.
pub async fn list(conn: &mut Conn, program: &ProgramId, page: &Page) -> Result<Listed<Group>, StoreError> {
    let rows = list_page!(conn, page, Row, "groups.list_down", "groups.list_up", program.as_str())?;
    let groups: Vec<Group> = rows.into_iter().map(Row::read).collect::<Result<_, _>>()?;
    Ok(page.finish(groups))
}

/// All of the program's groups, oldest first: a program has few.
///
/// # Errors
/// The database's.
pub async fn list_all(conn: &mut Conn, program: &ProgramId) -> Result<Vec<Group>, StoreError> {
    fetch_all!(conn, Row, "groups.list_all", program.as_str())?.into_iter().map(Row::read).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    slug: String,
    name: String,
    default_at: Option<i64>,
    archived_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<Group, StoreError> {
        Ok(Group {
            id: GroupId::from_stored(self.id),
            slug: checked("group slug", Slug::parse(&self.slug))?,
            name: self.name,
            default_at: self.default_at.map(Instant::from_micros),
            archived_at: self.archived_at.map(Instant::from_micros),
            created_at: Instant::from_micros(self.created_at),
            updated_at: Instant::from_micros(self.updated_at),
        })
    }
}
