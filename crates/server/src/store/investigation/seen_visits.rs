//! Page views, as an investigation sees them.

use super::seen_clicks::{agent, touch_id};
use crate::fetch_all;
use crate::store::read::checked;
use crate::store::{Conn, StoreError};
use whence_domain::investigation::Cause;
use whence_domain::investigation::facts::{ConsentSeen, Kept, LandingSeen, PageName, XidSeen};
use whence_domain::tracking::TouchId;
use whence_domain::tracking::cookie::covers_site;
use whence_domain::{Instant, Period, Tenant};

#[derive(sqlx::FromRow)]
struct Row {
    incarnation: i64,
    segment: i64,
    position: i64,
    occurred_at: i64,
    page_host: Option<String>,
    page_path: Option<String>,
    params: String,
    referrer_host: Option<String>,
    xid_verdict: String,
    click_incarnation: Option<i64>,
    click_ms: Option<i64>,
    click_counter: Option<i64>,
    cookie: String,
    cookie_domain: Option<String>,
    local_storage: String,
    consent: Option<String>,
    gpc_at: Option<i64>,
    snippet: Option<String>,
    problems: String,
    browser: String,
    engine: String,
    device: Option<String>,
}

/// Of a page view, only where and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its key, to cite it by.
    pub key: String,
    /// Host of the page.
    pub host: Option<String>,
    /// When.
    pub at: Instant,
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    page_host: Option<String>,
    occurred_at: i64,
    incarnation: i64,
    segment: i64,
    position: i64,
}

/// What a page view is cited by: where the spool had it.
fn key_of(incarnation: i64, segment: i64, position: i64) -> String {
    format!("visit_{incarnation}-{segment}-{position}")
}

/// What a stored click id turned out to be.
pub fn xid_seen(verdict: &str) -> XidSeen {
    match verdict {
        "genuine" => XidSeen::Genuine,
        "forged" => XidSeen::Forged,
        "foreign" => XidSeen::Foreign,
        _ => XidSeen::Absent,
    }
}

/// Cause codes that a snippet told; what is no such code says nothing.
pub fn causes(problems: &str) -> Vec<Cause> {
    let codes: Vec<String> = serde_json::from_str(problems).unwrap_or_default();
    codes.iter().filter_map(|code| Cause::parse(code)).collect()
}

fn kept(word: &str) -> Kept {
    match word {
        "written_and_read" => Kept::Yes,
        "failed" => Kept::No,
        _ => Kept::Unsaid,
    }
}

fn consent(word: Option<&str>) -> ConsentSeen {
    match word {
        Some("granted") => ConsentSeen::Granted,
        Some("denied") => ConsentSeen::Denied,
        Some("required") => ConsentSeen::Awaited,
        _ => ConsentSeen::Unasked,
    }
}

impl Row {
    fn read(self) -> Result<LandingSeen, StoreError> {
        let click = match (self.click_incarnation, self.click_ms, self.click_counter) {
            (Some(incarnation), Some(ms), Some(counter)) => Some(touch_id(incarnation, ms, counter)?),
            _ => None,
        };
        let (host, path) = (self.page_host.unwrap_or_default(), self.page_path.unwrap_or_default());
        // What is not valid on the whole site is as good as the host's alone.
        let cookie_domain =
            self.cookie_domain.map(|domain| if covers_site(&host, &domain) { domain } else { String::new() });
        Ok(LandingSeen {
            key: key_of(self.incarnation, self.segment, self.position),
            at: Instant::from_micros(self.occurred_at),
            page: PageName::of(&host, &path),
            params: checked("page view", serde_json::from_str(&self.params))?,
            referrer_host: self.referrer_host,
            click,
            xid: xid_seen(&self.xid_verdict),
            cookie: kept(&self.cookie),
            cookie_domain,
            storage: kept(&self.local_storage),
            consent: consent(self.consent.as_deref()),
            gpc: self.gpc_at.is_some(),
            problems: causes(&self.problems),
            snippet: self.snippet,
            agent: agent(&self.browser, &self.engine, self.device.as_deref()),
        })
    }
}

/// Page views that carried a click, at most so many.
pub async fn list_of_click(
    conn: &mut Conn,
    tenant: &Tenant,
    click: TouchId,
    limit: i64,
) -> Result<Vec<LandingSeen>, StoreError> {
    let rows = fetch_all!(
        conn,
        Row,
        "seen_visits.of_click",
        i64::from(click.incarnation),
        click.millis,
        i64::from(click.counter),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        limit
    )?;
    rows.into_iter().map(Row::read).collect()
}

/// Page views of a time, its end included, that carried no click: the latest `limit` of those among the latest `among` page
/// views.
pub async fn list_without_click(
    conn: &mut Conn,
    tenant: &Tenant,
    period: Period,
    among: i64,
    limit: i64,
) -> Result<Vec<LandingSeen>, StoreError> {
    let rows = fetch_all!(
        conn,
        Row,
        "seen_visits.without_click",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        period.start.micros(),
        period.end.micros(),
        among,
        limit
    )?;
    rows.into_iter().map(Row::read).collect()
}

/// Where pages were seen in a time, its end included: the latest.
pub async fn list_latest_hosts(
    conn: &mut Conn,
    tenant: &Tenant,
    period: Period,
    limit: i64,
) -> Result<Vec<Place>, StoreError> {
    let rows = fetch_all!(
        conn,
        PlaceRow,
        "seen_visits.latest_hosts",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        period.start.micros(),
        period.end.micros(),
        limit
    )?;
    let place = |row: PlaceRow| Place {
        key: key_of(row.incarnation, row.segment, row.position),
        host: row.page_host,
        at: Instant::from_micros(row.occurred_at),
    };
    Ok(rows.into_iter().map(place).collect())
}
