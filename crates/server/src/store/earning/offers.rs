//! Offers and what they promised at each time.

use crate::store::read::{changed, checked, known};
use crate::store::{Conn, Listed, Page, StoreError};
use crate::{execute, fetch_all, fetch_optional, list_page};
use serde::Serialize;
use serde::de::DeserializeOwned;
use whence_domain::earning::{OfferVersion, Trigger};
use whence_domain::{GroupId, Instant, OfferId, Tenant};

/// An offer as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its latest version.
    pub latest: OfferVersion,
    /// When it was made.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

/// Which offers a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferFilter {
    /// Those that the partners of this group have, with those of every group.
    pub group: Option<GroupId>,
    /// Archived ones too.
    pub with_archived: bool,
}

/// Stores a new offer with its first version.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, tenant: &Tenant, version: &OfferVersion) -> Result<(), StoreError> {
    execute!(
        conn,
        "offers.insert",
        version.offer.as_str(),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        version.version,
        version.archived_at.map(Instant::micros),
        version.from_at.micros(),
    )?;
    insert_version(conn, tenant, version).await
}

/// Stores what an offer is from this version on. Earlier versions keep deciding what happened in their time.
///
/// # Errors
/// The database's; also if the tenant has no such offer, and then nothing changed.
pub async fn update(conn: &mut Conn, tenant: &Tenant, version: &OfferVersion) -> Result<(), StoreError> {
    let rows = execute!(
        conn,
        "offers.update",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        version.offer.as_str(),
        version.version,
        version.archived_at.map(Instant::micros),
        version.from_at.micros(),
    )?;
    changed(rows)?;
    insert_version(conn, tenant, version).await
}

async fn insert_version(conn: &mut Conn, tenant: &Tenant, version: &OfferVersion) -> Result<(), StoreError> {
    execute!(
        conn,
        "offers.insert_version",
        tenant.program.as_str(),
        version.offer.as_str(),
        version.version,
        version.from_at.micros(),
        version.description.as_str(),
        version.trigger.code(),
        write(&version.terms)?,
        write(&version.limits)?,
        write(&version.rules)?,
        i64::from(version.hold_days),
        version.group.as_ref().map(GroupId::as_str),
        version.archived_at.map(Instant::micros),
    )?;
    Ok(())
}

/// The tenant's offer with this id.
///
/// # Errors
/// The database's.
pub async fn find(conn: &mut Conn, tenant: &Tenant, id: &OfferId) -> Result<Option<Offer>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, Row, "offers.find", program, mode, id.as_str())?.map(Row::read).transpose()
}

/// One page of the tenant's offers.
///
/// # Errors
/// The database's.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    filter: &OfferFilter,
    page: &Page,
) -> Result<Listed<Offer>, StoreError> {
    let rows = list_page!(
        conn,
        page,
        Row,
        "offers.list_down",
        "offers.list_up",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        filter.group.as_ref().map(GroupId::as_str),
        i64::from(filter.with_archived),
    )?;
    let offers: Vec<Offer> = rows.into_iter().map(Row::read).collect::<Result<_, _>>()?;
    Ok(page.finish(offers))
}

/// Every version of every offer of the tenant, by offer and number: a decision reads those in force at its event's time.
///
/// # Errors
/// The database's.
pub async fn list_versions(conn: &mut Conn, tenant: &Tenant) -> Result<Vec<OfferVersion>, StoreError> {
    let rows = fetch_all!(conn, VersionRow, "offers.list_versions", tenant.program.as_str(), tenant.mode.as_str())?;
    rows.into_iter().map(VersionRow::read).collect()
}

fn write(part: &impl Serialize) -> Result<String, StoreError> {
    checked("offer", serde_json::to_string(part))
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    checked("offer", serde_json::from_str(text))
}

#[derive(sqlx::FromRow)]
struct Row {
    created_at: i64,
    updated_at: i64,
    #[sqlx(flatten)]
    latest: VersionRow,
}

impl Row {
    fn read(self) -> Result<Offer, StoreError> {
        Ok(Offer {
            latest: self.latest.read()?,
            created_at: Instant::from_micros(self.created_at),
            updated_at: Instant::from_micros(self.updated_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    offer_id: String,
    version: i64,
    from_at: i64,
    description: String,
    trigger_kind: String,
    terms: String,
    limits: String,
    rules: String,
    hold_days: i64,
    group_id: Option<String>,
    archived_at: Option<i64>,
}

impl VersionRow {
    fn read(self) -> Result<OfferVersion, StoreError> {
        Ok(OfferVersion {
            offer: OfferId::from_stored(self.offer_id),
            version: self.version,
            from_at: Instant::from_micros(self.from_at),
            description: self.description,
            archived_at: self.archived_at.map(Instant::from_micros),
            trigger: known("trigger", &self.trigger_kind, Trigger::parse(&self.trigger_kind))?,
            terms: parse(&self.terms)?,
            limits: parse(&self.limits)?,
            rules: parse(&self.rules)?,
            hold_days: checked("hold days", u32::try_from(self.hold_days))?,
            group: self.group_id.map(GroupId::from_stored),
        })
    }
}
