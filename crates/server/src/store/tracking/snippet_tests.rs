//! Tries of the integration: who began one, when, and for which landing page. What arrives after it began belongs to it.

use crate::store::read::checked;
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_optional};
use whence_domain::program::Destination;
use whence_domain::{Instant, LinkId, SnippetTestId, Tenant, UserId};

/// A try of the integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnippetTest {
    /// Its id.
    pub id: SnippetTestId,
    /// The landing page that is tried.
    pub page: Destination,
    /// The test partner's link to it; a try of live mode has none.
    pub link: Option<LinkId>,
    /// Who began it.
    pub user: UserId,
    /// When.
    pub started_at: Instant,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    page: String,
    link_id: Option<String>,
    user_id: String,
    started_at: i64,
}

/// Keeps that a try began.
pub async fn insert(conn: &mut Conn, tenant: &Tenant, test: &SnippetTest) -> Result<(), StoreError> {
    execute!(
        conn,
        "snippet_tests.insert",
        test.id.as_str(),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        test.page.as_str(),
        test.link.as_ref().map(LinkId::as_str),
        test.user.as_str(),
        test.started_at.micros()
    )?;
    Ok(())
}

/// The try that began last.
pub async fn find_latest(conn: &mut Conn, tenant: &Tenant) -> Result<Option<SnippetTest>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let Some(row) = fetch_optional!(conn, Row, "snippet_tests.find_latest", program, mode)? else { return Ok(None) };
    Ok(Some(SnippetTest {
        id: SnippetTestId::from_stored(row.id),
        page: checked("destination", Destination::parse(&row.page))?,
        link: row.link_id.map(LinkId::from_stored),
        user: UserId::from_stored(row.user_id),
        started_at: Instant::from_micros(row.started_at),
    }))
}
