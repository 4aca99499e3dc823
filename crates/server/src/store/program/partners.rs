//! Partners and what they were at each time.

use crate::store::read::{changed, checked, known};
use crate::store::{Conn, Listed, Page, StoreError};
use crate::{execute, fetch_all, fetch_optional, list_page};
use whence_domain::program::{Email, Partner, PartnerKey, PartnerStatus, PartnerVersion};
use whence_domain::{GroupId, Instant, PartnerId, Tenant};

/// Which partners a list shows. Everything is optional; what is given must hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartnerFilter {
    /// Those in this group.
    pub group: Option<GroupId>,
    /// Those that stand so.
    pub status: Option<PartnerStatus>,
    /// Archived ones too.
    pub with_archived: bool,
    /// Those whose key is one of the readings of this text, or whose name or e-mail contains it.
    pub search: Option<String>,
}

/// Stores a new partner with its first version. `false`, and nothing stored, if its key or its e-mail is taken.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, tenant: &Tenant, partner: &Partner) -> Result<bool, StoreError> {
    let rows = execute!(
        conn,
        "partners.insert",
        partner.id.as_str(),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        partner.key.as_str(),
        partner.email.as_str(),
        partner.first_name.as_str(),
        partner.last_name.as_str(),
        partner.group.as_str(),
        partner.status.code(),
        partner.version,
        partner.joined_at.micros(),
        partner.created_at.micros(),
        partner.updated_at.micros(),
    )?;
    if rows == 0 {
        return Ok(false);
    }
    insert_version(conn, tenant, partner).await?;
    Ok(true)
}

/// Stores a partner as it is now, with a new version row. Its key and its times of birth never change.
///
/// # Errors
/// The database's; also if the tenant has no such partner, and then nothing changed.
pub async fn update(conn: &mut Conn, tenant: &Tenant, partner: &Partner) -> Result<(), StoreError> {
    let rows = execute!(
        conn,
        "partners.update",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        partner.id.as_str(),
        partner.email.as_str(),
        partner.first_name.as_str(),
        partner.last_name.as_str(),
        partner.group.as_str(),
        partner.status.code(),
        partner.version,
        partner.updated_at.micros(),
    )?;
    changed(rows)?;
    insert_version(conn, tenant, partner).await
}

async fn insert_version(conn: &mut Conn, tenant: &Tenant, partner: &Partner) -> Result<(), StoreError> {
    execute!(
        conn,
        "partners.insert_version",
        tenant.program.as_str(),
        partner.id.as_str(),
        partner.version,
        partner.updated_at.micros(),
        partner.group.as_str(),
        partner.status.code(),
    )?;
    Ok(())
}

/// The tenant's partner with this id.
///
/// # Errors
/// The database's.
pub async fn find(conn: &mut Conn, tenant: &Tenant, id: &PartnerId) -> Result<Option<Partner>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, Row, "partners.find", program, mode, id.as_str())?.map(Row::read).transpose()
}

/// The tenant's partner with this key; its case counts.
///
/// # Errors
/// The database's.
pub async fn find_by_key(conn: &mut Conn, tenant: &Tenant, key: &PartnerKey) -> Result<Option<Partner>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, Row, "partners.find_by_key", program, mode, key.as_str())?.map(Row::read).transpose()
}

/// The tenant's partner with this e-mail.
///
/// # Errors
/// The database's.
pub async fn find_by_email(conn: &mut Conn, tenant: &Tenant, email: &Email) -> Result<Option<Partner>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, Row, "partners.find_by_email", program, mode, email.as_str())?.map(Row::read).transpose()
}

/// The tenant's partner that `identifier` names: a partnership's key, a partner key, or an e-mail (`wire.md` 3.2), looked up
/// in that order, since the first has a shape that nobody chooses by chance.
///
/// # Errors
/// The database's.
pub async fn find_by_identifier(
    conn: &mut Conn,
    tenant: &Tenant,
    identifier: &str,
) -> Result<Option<Partner>, StoreError> {
    if let Some(id) = PartnerId::parse(identifier)
        && let Some(partner) = find(conn, tenant, &id).await?
    {
        return Ok(Some(partner));
    }
    if let Ok(key) = PartnerKey::parse(identifier)
        && let Some(partner) = find_by_key(conn, tenant, &key).await?
    {
        return Ok(Some(partner));
    }
    match Email::parse(identifier) {
        Ok(email) => find_by_email(conn, tenant, &email).await,
        Err(_) => Ok(None),
    }
}

/// One page of the tenant's partners.
///
/// # Errors
/// The database's.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    filter: &PartnerFilter,
    page: &Page,
) -> Result<Listed<Partner>, StoreError> {
    let search = filter.search.as_deref().map(Search::of);
    let rows = list_page!(
        conn,
        page,
        Row,
        "partners.list_down",
        "partners.list_up",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        filter.group.as_ref().map(GroupId::as_str),
        filter.status.map(PartnerStatus::code),
        i64::from(filter.with_archived),
        search.as_ref().map(|search| search.pattern.as_str()),
        search.as_ref().map_or("", |search| search.keys.0.as_str()),
        search.as_ref().map_or("", |search| search.keys.1.as_str()),
    )?;
    let partners: Vec<Partner> = rows.into_iter().map(Row::read).collect::<Result<_, _>>()?;
    Ok(page.finish(partners))
}

/// Every version of the given partner, oldest first.
///
/// # Errors
/// The database's.
pub async fn list_versions(
    conn: &mut Conn,
    tenant: &Tenant,
    partner: &PartnerId,
) -> Result<Vec<PartnerVersion>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, VersionRow, "partners.list_versions", program, mode, partner.as_str())?;
    rows.into_iter().map(VersionRow::read).collect()
}

/// What a person who searches typed, as the query wants it.
struct Search {
    pattern: String,
    keys: (String, String),
}

impl Search {
    /// Text contained in a name or an e-mail, or a partner key, plain or in base64 as addresses carry it.
    fn of(text: &str) -> Self {
        let text = text.trim();
        let mut keys = PartnerKey::readings(text).into_iter().map(|key| key.as_str().to_owned());
        let first = keys.next().unwrap_or_default();
        let second = keys.next().unwrap_or_else(|| first.clone());
        // Both databases lower ASCII letters only, so the pattern does too.
        let escaped = text.to_ascii_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
        Self { pattern: format!("%{escaped}%"), keys: (first, second) }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    partner_key: String,
    email: String,
    first_name: String,
    last_name: String,
    group_id: String,
    status: String,
    version: i64,
    joined_at: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn read(self) -> Result<Partner, StoreError> {
        Ok(Partner {
            id: PartnerId::from_stored(self.id),
            key: checked("partner key", PartnerKey::parse(&self.partner_key))?,
            email: checked("partner e-mail", Email::parse(&self.email))?,
            first_name: self.first_name,
            last_name: self.last_name,
            group: GroupId::from_stored(self.group_id),
            status: known("partner status", &self.status, PartnerStatus::parse(&self.status))?,
            version: self.version,
            joined_at: Instant::from_micros(self.joined_at),
            created_at: Instant::from_micros(self.created_at),
            updated_at: Instant::from_micros(self.updated_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    partner_id: String,
    version: i64,
    from_at: i64,
    group_id: String,
    status: String,
}

impl VersionRow {
    fn read(self) -> Result<PartnerVersion, StoreError> {
        Ok(PartnerVersion {
            partner: PartnerId::from_stored(self.partner_id),
            version: self.version,
            from_at: Instant::from_micros(self.from_at),
            group: GroupId::from_stored(self.group_id),
            status: known("partner status", &self.status, PartnerStatus::parse(&self.status))?,
        })
    }
}
