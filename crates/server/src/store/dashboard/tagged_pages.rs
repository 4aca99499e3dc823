//! The pages of a site, with the snippet and without: from the daily counts of pages, and from looks at where links lead.

use crate::fetch_all;
use crate::store::{Conn, StoreError};
use whence_domain::{Instant, Tenant};

/// A page that told of page views, or that people's clicks led to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Counted {
    /// Its host.
    pub host: String,
    /// Its path, with what varies in it folded away.
    pub path: String,
    /// Page views.
    pub views: i64,
    /// Those of them whose cookie did not hold.
    pub cookie_failed: i64,
    /// People's clicks on links that lead there.
    pub clicks: i64,
    /// When the last page view came, in microseconds; none while there are only clicks.
    pub last_at: Option<i64>,
}

/// A page without the tag, by the latest look at it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Missing {
    /// Its host.
    pub host: String,
    /// Its path.
    pub path: String,
    /// When it was looked at, in microseconds.
    pub checked_at: i64,
}

/// What the snippet said of itself in one page view.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Told {
    /// The page's host.
    pub page_host: Option<String>,
    /// Its path, folded as in the daily counts.
    pub page_template: Option<String>,
    /// The snippet's version.
    pub snippet: Option<String>,
    /// Codes of what it found wrong, a JSON list.
    pub problems: String,
}

/// The pages that were heard of since a day (`2026-03-31`), the last heard of first.
pub async fn list(conn: &mut Conn, tenant: &Tenant, since: &str, limit: i64) -> Result<Vec<Counted>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(fetch_all!(conn, Counted, "tagged_pages.list", program, mode, since, limit)?)
}

/// The pages at which the latest look since then found no tag.
pub async fn list_missing(
    conn: &mut Conn,
    tenant: &Tenant,
    since: Instant,
    limit: i64,
) -> Result<Vec<Missing>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(fetch_all!(conn, Missing, "tagged_pages.list_missing", program, mode, since.micros(), limit)?)
}

/// What the snippet said of itself in the latest page views since then.
pub async fn list_told(conn: &mut Conn, tenant: &Tenant, since: Instant, limit: i64) -> Result<Vec<Told>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(fetch_all!(conn, Told, "tagged_pages.list_told", program, mode, since.micros(), limit)?)
}
