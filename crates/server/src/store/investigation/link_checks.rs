//! Looks at where links lead, each kept with its date.

use crate::store::read::{checked, known};
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::investigation::facts::CheckSeen;
use whence_domain::investigation::link_check::{Facts, seen};
use whence_domain::{Instant, LinkCheckId, LinkId, Mode, PartnerId, ProgramId, Tenant};

/// Why somebody looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The link was new, or led somewhere new.
    Made,
    /// A day had passed.
    Daily,
    /// A person, or a program of theirs, asked.
    Person,
}

impl Why {
    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Daily => "daily",
            Self::Person => "person",
        }
    }

    /// Reads the word; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Made, Self::Daily, Self::Person].into_iter().find(|why| why.as_str() == text)
    }
}

/// A kept look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkCheck {
    /// Its id.
    pub id: LinkCheckId,
    /// The link, if it was one of the tenant's.
    pub link: Option<LinkId>,
    /// What was asked about.
    pub url: String,
    /// Where it leads as stored: the link's destination, else the address itself.
    pub dest: String,
    /// The destination's host.
    pub host: String,
    /// The destination's path.
    pub path: String,
    /// Why somebody looked.
    pub why: Why,
    /// The look whose findings this one shares.
    pub shared_with: Option<LinkCheckId>,
    /// When a real browser looked too.
    pub browser_at: Option<Instant>,
    /// What was found.
    pub facts: Facts,
    /// When.
    pub checked_at: Instant,
}

impl LinkCheck {
    /// The look as an investigation reads it.
    pub fn seen(&self) -> CheckSeen {
        seen(&self.facts, self.id.to_string(), self.checked_at, self.link.clone(), (&self.host, &self.path))
    }
}

/// A link that is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueLink {
    /// Whose.
    pub tenant: Tenant,
    /// Which.
    pub link: LinkId,
    /// Where it leads.
    pub dest: String,
    /// When that was last looked at.
    pub last_at: Option<Instant>,
}

/// Looks that are read of one link for an investigation: more would be of no use to anybody.
const BETWEEN: i64 = 200;

/// Keeps a look.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, tenant: &Tenant, check: &LinkCheck) -> Result<(), StoreError> {
    let facts = checked("link check", serde_json::to_string(&check.facts))?;
    let summary = check.facts.summary();
    let at = check.checked_at.micros();
    execute!(
        conn,
        "link_checks.insert",
        check.id.as_str(),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        check.link.as_ref().map(LinkId::as_str),
        &check.url,
        &check.dest,
        &check.host,
        &check.path,
        check.why.as_str(),
        check.shared_with.as_ref().map(LinkCheckId::as_str),
        check.browser_at.map(Instant::micros),
        summary.http_status.map(i64::from),
        summary.reached.then_some(at),
        summary.tag.as_str(),
        summary.key,
        summary.params_kept.as_str(),
        summary.lost_at.as_deref(),
        summary.overwritten_at.map(i64::from),
        &facts,
        at,
    )?;
    Ok(())
}

/// The tenant's look with this id.
///
/// # Errors
/// The database's.
pub async fn find(conn: &mut Conn, tenant: &Tenant, id: &LinkCheckId) -> Result<Option<LinkCheck>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, Row, "link_checks.find", program, mode, id.as_str())?.map(Row::read).transpose()
}

/// The tenant's latest looks, of one link or of everything, newest first.
///
/// # Errors
/// The database's.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    link: Option<&LinkId>,
    limit: i64,
) -> Result<Vec<LinkCheck>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, Row, "link_checks.list", program, mode, link.map(LinkId::as_str), limit)?;
    rows.into_iter().map(Row::read).collect()
}

/// The newest look at each of a partner's links that was looked at.
///
/// # Errors
/// The database's.
pub async fn newest_of_partner(
    conn: &mut Conn,
    tenant: &Tenant,
    partner: &PartnerId,
) -> Result<Vec<LinkCheck>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, Row, "link_checks.newest_of_partner", program, mode, partner.as_str())?;
    rows.into_iter().map(Row::read).collect()
}

/// All looks at these links between two moments, and of each link the last one before, in order of time.
///
/// # Errors
/// The database's.
pub async fn around(
    conn: &mut Conn,
    tenant: &Tenant,
    links: &[LinkId],
    from: Instant,
    to: Instant,
) -> Result<Vec<LinkCheck>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let (from, to) = (from.micros(), to.micros());
    let mut found = Vec::new();
    for link in links {
        let link = link.as_str();
        let before = fetch_optional!(conn, Row, "link_checks.before", program, mode, link, from)?;
        let between = fetch_all!(conn, Row, "link_checks.between", program, mode, link, from, to, BETWEEN)?;
        for row in before.into_iter().chain(between) {
            found.push(row.read()?);
        }
    }
    found.sort_by(|one, other| (one.checked_at, &one.id).cmp(&(other.checked_at, &other.id)));
    Ok(found)
}

/// The newest look at a destination since a moment, through whichever of the tenant's links.
///
/// # Errors
/// The database's.
pub async fn newest_of_dest(
    conn: &mut Conn,
    tenant: &Tenant,
    (host, path, dest): (&str, &str, &str),
    since: Instant,
) -> Result<Option<LinkCheck>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let since = since.micros();
    fetch_optional!(conn, Row, "link_checks.newest_of_dest", program, mode, host, path, dest, since)?
        .map(Row::read)
        .transpose()
}

/// Whether an earlier look at a page, by its host and path, found the snippet's tag.
///
/// # Errors
/// The database's.
pub async fn had_tag(
    conn: &mut Conn,
    tenant: &Tenant,
    (host, path): (&str, &str),
    before: Instant,
) -> Result<bool, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let row = fetch_optional!(conn, (i64,), "link_checks.had_tag", program, mode, host, path, before.micros())?;
    Ok(row.is_some())
}

/// Links that lead somewhere and were not looked at since a moment, as they lead now: of every program, in the order of
/// their ids, those after one.
///
/// # Errors
/// The database's.
pub async fn due(
    conn: &mut Conn,
    since: Instant,
    after: Option<&LinkId>,
    limit: i64,
) -> Result<Vec<DueLink>, StoreError> {
    let after = after.map_or("", LinkId::as_str);
    let rows = fetch_all!(conn, DueRow, "link_checks.due", since.micros(), after, limit)?;
    rows.into_iter().map(DueRow::read).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    link_id: Option<String>,
    url: String,
    dest: String,
    host: String,
    path: String,
    why: String,
    shared_with: Option<String>,
    browser_at: Option<i64>,
    facts: String,
    checked_at: i64,
}

impl Row {
    fn read(self) -> Result<LinkCheck, StoreError> {
        Ok(LinkCheck {
            id: LinkCheckId::from_stored(self.id),
            link: self.link_id.map(LinkId::from_stored),
            url: self.url,
            dest: self.dest,
            host: self.host,
            path: self.path,
            why: known("reason of a link check", &self.why, Why::parse(&self.why))?,
            shared_with: self.shared_with.map(LinkCheckId::from_stored),
            browser_at: self.browser_at.map(Instant::from_micros),
            facts: checked("link check", serde_json::from_str(&self.facts))?,
            checked_at: Instant::from_micros(self.checked_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct DueRow {
    program_id: String,
    mode: String,
    id: String,
    dest: String,
    last_at: Option<i64>,
}

impl DueRow {
    fn read(self) -> Result<DueLink, StoreError> {
        let mode = known("mode", &self.mode, Mode::parse(&self.mode))?;
        Ok(DueLink {
            tenant: Tenant::new(ProgramId::from_stored(self.program_id), mode),
            link: LinkId::from_stored(self.id),
            dest: self.dest,
            last_at: self.last_at.map(Instant::from_micros),
        })
    }
}
