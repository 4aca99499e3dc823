//! What pages saw, day by day: page views and sign-ups that the snippet told of, and people's clicks sent there. Kept in the
//! transaction that stores what is counted.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::investigation::facts::PageName;
use whence_domain::investigation::page_name::MOST_PAGES;
use whence_domain::{ClaimId, Instant, Tenant};

/// A day of a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageDay {
    /// `prog_…`.
    pub program: String,
    /// `live` or `test`.
    pub mode: &'static str,
    /// Which page, folded.
    pub page: PageName,
    /// In the program's zone, `2026-03-31`.
    pub day: String,
}

impl PageDay {
    /// A day of a page of the tenant's.
    pub fn new(tenant: &Tenant, day: &str, page: PageName) -> Self {
        Self { program: tenant.program.as_str().to_owned(), mode: tenant.mode.as_str(), page, day: day.to_owned() }
    }

    /// The page to which a click was sent, on its day.
    pub fn of_dest(tenant: &Tenant, day: &str, dest: &str) -> Self {
        Self::new(tenant, day, PageName::of_address(dest).unwrap_or_else(PageName::others))
    }
}

/// What is added to a day of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Page views.
    pub views: i64,
    /// Those of them that carried a genuine click.
    pub views_with_click: i64,
    /// Those of them whose cookie did not hold.
    pub cookie_failed: i64,
    /// Those of them without consent.
    pub consent_denied: i64,
    /// Sign-ups.
    pub sign_ups: i64,
    /// Those of them that carried a genuine click.
    pub sign_ups_with_click: i64,
    /// People's clicks sent there.
    pub clicks: i64,
    /// Those of them after the last page view that is added here.
    pub clicks_since_view: i64,
    /// The first of these page views.
    pub first_at: Option<i64>,
    /// The last of them.
    pub last_at: Option<i64>,
}

/// What was counted of a day of a page, summed over slots.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Counted {
    /// The day in the program's zone.
    pub day: String,
    /// The page's host.
    pub host: String,
    /// The page's path, folded.
    pub path: String,
    /// Page views.
    pub views: i64,
    /// Those with a genuine click.
    pub views_with_click: i64,
    /// Those whose cookie did not hold.
    pub cookie_failed: i64,
    /// Those without consent.
    pub consent_denied: i64,
    /// Sign-ups.
    pub sign_ups: i64,
    /// Those with a genuine click.
    pub sign_ups_with_click: i64,
}

/// People's clicks of one day.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ClicksOfDay {
    /// The day in the program's zone.
    pub day: String,
    /// How many.
    pub clicks: i64,
}

/// What is known of a page over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Page views in the period.
    pub views: i64,
    /// Those with a genuine click.
    pub views_with_click: i64,
    /// Sign-ups in the period.
    pub sign_ups: i64,
    /// Those with a genuine click.
    pub sign_ups_with_click: i64,
    /// People's clicks sent there in the period.
    pub clicks: i64,
    /// The first page view of all.
    pub first_at: Option<Instant>,
    /// The last one.
    pub last_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct HistoryRow {
    views: i64,
    views_with_click: i64,
    sign_ups: i64,
    sign_ups_with_click: i64,
    clicks: i64,
    first_at: Option<i64>,
    last_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    #[expect(dead_code, reason = "that there is a row is the answer")]
    known: i32,
}

/// Slots below this one are the drains' and the flows'; sign-ups, which come one by one, have as many again.
const SIGN_UP_SLOTS: i64 = 16;

/// The slot in which a sign-up counts: drawn by its id, so that sign-ups at once do not wait for each other.
pub fn slot_of(claim: &ClaimId) -> i64 {
    let drawn = claim.as_str().bytes().rev().take(4).fold(0_i64, |sum, byte| sum * 31 + i64::from(byte));
    SIGN_UP_SLOTS + drawn % SIGN_UP_SLOTS
}

/// The page under which it is counted: itself, or together with others where a day has too many.
pub async fn settle(conn: &mut Conn, page: PageDay) -> Result<PageDay, StoreError> {
    if is_known(conn, &page).await? || count_pages(conn, &page).await? < MOST_PAGES {
        return Ok(page);
    }
    Ok(PageDay { page: PageName::others(), ..page })
}

/// Whether the page is counted on this day already.
pub async fn is_known(conn: &mut Conn, page: &PageDay) -> Result<bool, StoreError> {
    let PageDay { program, mode, page, day } = page;
    let row = fetch_optional!(conn, KnownRow, "page_days.is_known", program, *mode, &page.host, &page.path, day)?;
    Ok(row.is_some())
}

/// How many pages of the same tenant are counted on the same day, as far as [`MOST_PAGES`] and one more.
pub async fn count_pages(conn: &mut Conn, page: &PageDay) -> Result<i64, StoreError> {
    let row = fetch_optional!(conn, (i64,), "page_days.count_pages", &page.program, page.mode, &page.day)?;
    Ok(row.map_or(0, |(pages,)| pages))
}

/// Adds to what is counted of a day of a page, in one slot.
pub async fn add(conn: &mut Conn, page: &PageDay, slot: i64, counts: &Counts) -> Result<(), StoreError> {
    execute!(
        conn,
        "page_days.add",
        &page.program,
        page.mode,
        &page.day,
        &page.page.host,
        &page.page.path,
        slot,
        counts.views,
        counts.views_with_click,
        counts.cookie_failed,
        counts.consent_denied,
        counts.sign_ups,
        counts.sign_ups_with_click,
        counts.clicks,
        counts.clicks_since_view,
        counts.first_at,
        counts.last_at
    )?;
    Ok(())
}

/// What was counted of page views and sign-ups.
pub async fn list(conn: &mut Conn, tenant: &Tenant) -> Result<Vec<Counted>, StoreError> {
    Ok(fetch_all!(conn, Counted, "page_days.list", tenant.program.as_str(), tenant.mode.as_str())?)
}

/// The page views themselves, counted anew. Reads every page view: for the verifier alone.
pub async fn recount_views(conn: &mut Conn, tenant: &Tenant) -> Result<Vec<Counted>, StoreError> {
    Ok(fetch_all!(conn, Counted, "page_days.recount_views", tenant.program.as_str(), tenant.mode.as_str())?)
}

/// The sign-ups themselves, counted anew: for the verifier alone.
pub async fn recount_sign_ups(conn: &mut Conn, tenant: &Tenant) -> Result<Vec<Counted>, StoreError> {
    Ok(fetch_all!(conn, Counted, "page_days.recount_sign_ups", tenant.program.as_str(), tenant.mode.as_str())?)
}

/// People's clicks counted on pages, by day.
pub async fn clicks_by_day(conn: &mut Conn, tenant: &Tenant) -> Result<Vec<ClicksOfDay>, StoreError> {
    Ok(fetch_all!(conn, ClicksOfDay, "page_days.clicks_by_day", tenant.program.as_str(), tenant.mode.as_str())?)
}

/// The same, counted anew from the clicks: for the verifier alone.
pub async fn recount_clicks(conn: &mut Conn, tenant: &Tenant) -> Result<Vec<ClicksOfDay>, StoreError> {
    Ok(fetch_all!(conn, ClicksOfDay, "page_days.recount_clicks", tenant.program.as_str(), tenant.mode.as_str())?)
}

/// What is known of a page, with sums over the days from one to another, both included.
pub async fn history(
    conn: &mut Conn,
    tenant: &Tenant,
    page: &PageName,
    from: &str,
    to: &str,
) -> Result<History, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let row = fetch_optional!(conn, HistoryRow, "page_days.history", program, mode, &page.host, &page.path, from, to)?;
    let row = crate::store::read::present(row)?;
    Ok(History {
        views: row.views,
        views_with_click: row.views_with_click,
        sign_ups: row.sign_ups,
        sign_ups_with_click: row.sign_ups_with_click,
        clicks: row.clicks,
        first_at: row.first_at.map(Instant::from_micros),
        last_at: row.last_at.map(Instant::from_micros),
    })
}

/// People's clicks sent to the page after its last page view, which was on this day.
pub async fn clicks_since(conn: &mut Conn, tenant: &Tenant, page: &PageName, day: &str) -> Result<i64, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let row = fetch_optional!(conn, (i64,), "page_days.clicks_since", program, mode, &page.host, &page.path, day)?;
    Ok(row.map_or(0, |(clicks,)| clicks))
}
