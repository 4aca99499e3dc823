//! Links and where they led at each time.

use crate::store::read::{changed, checked};
use crate::store::{Conn, Listed, Page, StoreError};
use crate::{execute, fetch_all, fetch_optional, list_page};
use whence_domain::program::{Destination, Link, LinkVersion, PartnerKey, Slug};
use whence_domain::{Instant, LinkId, PartnerId, ProgramId, Tenant};

/// A link with the public code of the partner whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedLink {
    /// The link.
    pub link: Link,
    /// Its partner's key.
    pub partner_key: PartnerKey,
}

/// Which links a list shows. Everything is optional; what is given must hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkFilter {
    /// Those of this partner.
    pub partner: Option<PartnerId>,
    /// Archived ones too.
    pub with_archived: bool,
}

/// Stores a new link with its first version. `false`, and nothing stored, if its link key or its number is taken.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, tenant: &Tenant, link: &Link) -> Result<bool, StoreError> {
    let rows = execute!(
        conn,
        "links.insert",
        link.id.as_str(),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        link.number,
        link.link_key.as_str(),
        link.link_key.folded(),
        link.partner.as_str(),
        link.dest.as_str(),
        link.title.as_deref(),
        link.version,
        link.archived_at.map(Instant::micros),
        link.created_at.micros(),
        link.updated_at.micros(),
    )?;
    if rows == 0 {
        return Ok(false);
    }
    insert_version(conn, tenant, link).await?;
    Ok(true)
}

/// Stores a link as it is now, with a new version row. Its number never changes.
///
/// # Errors
/// The database's; a lost race if its new link key is taken; also if the tenant has no such link, and then nothing changed.
pub async fn update(conn: &mut Conn, tenant: &Tenant, link: &Link) -> Result<(), StoreError> {
    let rows = execute!(
        conn,
        "links.update",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        link.id.as_str(),
        link.link_key.as_str(),
        link.link_key.folded(),
        link.partner.as_str(),
        link.dest.as_str(),
        link.title.as_deref(),
        link.version,
        link.archived_at.map(Instant::micros),
        link.updated_at.micros(),
    )?;
    changed(rows)?;
    insert_version(conn, tenant, link).await
}

async fn insert_version(conn: &mut Conn, tenant: &Tenant, link: &Link) -> Result<(), StoreError> {
    execute!(
        conn,
        "links.insert_version",
        tenant.program.as_str(),
        link.id.as_str(),
        link.version,
        link.updated_at.micros(),
        link.partner.as_str(),
        link.dest.as_str(),
        link.archived_at.map(Instant::micros),
    )?;
    Ok(())
}

/// The tenant's link with this id.
///
/// # Errors
/// The database's.
pub async fn find(conn: &mut Conn, tenant: &Tenant, id: &LinkId) -> Result<Option<Link>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, Row, "links.find", program, mode, id.as_str())?.map(Row::read).transpose()
}

/// The tenant's link with this id, and whose it is.
///
/// # Errors
/// The database's.
pub async fn find_owned(conn: &mut Conn, tenant: &Tenant, id: &LinkId) -> Result<Option<OwnedLink>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, OwnedRow, "links.find_owned", program, mode, id.as_str())?.map(OwnedRow::read).transpose()
}

/// The tenant's link with this link key, in any case.
///
/// # Errors
/// The database's.
pub async fn find_by_link_key(conn: &mut Conn, tenant: &Tenant, key: &Slug) -> Result<Option<Link>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, Row, "links.find_by_link_key", program, mode, key.folded())?.map(Row::read).transpose()
}

/// The tenant's link with this number, which click ids carry.
///
/// # Errors
/// The database's.
pub async fn find_by_number(conn: &mut Conn, tenant: &Tenant, number: i64) -> Result<Option<Link>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, Row, "links.find_by_number", program, mode, number)?.map(Row::read).transpose()
}

/// The link that holds this link key in the program, in whichever mode: both modes share one space of addresses.
///
/// # Errors
/// The database's.
pub async fn find_holder(conn: &mut Conn, program: &ProgramId, key: &Slug) -> Result<Option<LinkId>, StoreError> {
    let row = fetch_optional!(conn, (String,), "links.find_holder", program.as_str(), key.folded())?;
    Ok(row.map(|(id,)| LinkId::from_stored(id)))
}

/// One page of the tenant's links.
///
/// # Errors
/// The database's.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    filter: &LinkFilter,
    page: &Page,
) -> Result<Listed<OwnedLink>, StoreError> {
    let rows = list_page!(
        conn,
        page,
        OwnedRow,
        "links.list_down",
        "links.list_up",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        filter.partner.as_ref().map(PartnerId::as_str),
        i64::from(filter.with_archived),
    )?;
    let links: Vec<OwnedLink> = rows.into_iter().map(OwnedRow::read).collect::<Result<_, _>>()?;
    Ok(page.finish(links))
}

/// Every version of a link, oldest first.
///
/// # Errors
/// The database's.
pub async fn list_versions(conn: &mut Conn, tenant: &Tenant, link: &LinkId) -> Result<Vec<LinkVersion>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, VersionRow, "links.list_versions", program, mode, link.as_str())?;
    rows.into_iter().map(VersionRow::read).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    number: i64,
    link_key: String,
    partner_id: String,
    dest: String,
    title: Option<String>,
    version: i64,
    archived_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<Link, StoreError> {
        Ok(Link {
            id: LinkId::from_stored(self.id),
            number: self.number,
            link_key: checked("link key", Slug::parse(&self.link_key))?,
            partner: PartnerId::from_stored(self.partner_id),
            dest: checked("destination", Destination::parse(&self.dest))?,
            title: self.title,
            version: self.version,
            archived_at: self.archived_at.map(Instant::from_micros),
            created_at: Instant::from_micros(self.created_at),
            updated_at: Instant::from_micros(self.updated_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct OwnedRow {
    partner_key: String,
    #[sqlx(flatten)]
    link: Row,
}

impl OwnedRow {
    fn read(self) -> Result<OwnedLink, StoreError> {
        let partner_key = checked("partner key", PartnerKey::parse(&self.partner_key))?;
        Ok(OwnedLink { link: self.link.read()?, partner_key })
    }
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    link_id: String,
    version: i64,
    from_at: i64,
    partner_id: String,
    dest: String,
    archived_at: Option<i64>,
}

impl VersionRow {
    fn read(self) -> Result<LinkVersion, StoreError> {
        Ok(LinkVersion {
            link: LinkId::from_stored(self.link_id),
            version: self.version,
            from_at: Instant::from_micros(self.from_at),
            partner: PartnerId::from_stored(self.partner_id),
            dest: checked("destination", Destination::parse(&self.dest))?,
            archived_at: self.archived_at.map(Instant::from_micros),
        })
    }
}
