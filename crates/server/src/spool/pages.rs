//! What one unit of draining adds to the days of pages.

use crate::store::tracking::drained::VisitRow;
use crate::store::tracking::page_days::{self, Counts, PageDay};
use crate::store::{Conn, StoreError};
use std::collections::BTreeMap;
use whence_domain::Instant;
use whence_domain::investigation::facts::PageName;

/// Counts of one unit, by page and day.
#[derive(Debug, Default)]
pub(super) struct PageCounts {
    pages: BTreeMap<PageDay, Page>,
    /// Under which page each is counted, as far as it was asked.
    settled: BTreeMap<PageDay, PageDay>,
}

#[derive(Debug, Default)]
struct Page {
    counts: Counts,
    clicks_at: Vec<i64>,
}

impl PageCounts {
    /// A person's click was sent there.
    pub fn click(&mut self, page: PageDay, at: Instant) {
        let page = self.pages.entry(page).or_default();
        page.counts.clicks += 1;
        page.clicks_at.push(at.micros());
    }

    /// A click that was screened out was a person's after all; a page view showed it, so none is waited for.
    pub fn click_after_all(&mut self, page: PageDay) {
        self.pages.entry(page).or_default().counts.clicks += 1;
    }

    /// A page view that was inserted, with the page that it counts for.
    pub fn view(&mut self, visit: &VisitRow) {
        let Some(page) = page_of(visit) else { return };
        let counts = &mut self.pages.entry(page).or_default().counts;
        counts.views += 1;
        counts.views_with_click += i64::from(visit.click.is_some());
        counts.cookie_failed += i64::from(visit.cookie == "failed");
        counts.consent_denied += i64::from(matches!(visit.consent.as_deref(), Some("denied" | "required")));
        counts.first_at = Some(counts.first_at.map_or(visit.occurred_at, |at| at.min(visit.occurred_at)));
        counts.last_at = Some(counts.last_at.map_or(visit.occurred_at, |at| at.max(visit.occurred_at)));
    }

    /// The page views with the pages that they count for: themselves, or together where a day has too many.
    pub async fn settle_visits(&mut self, conn: &mut Conn, visits: &[VisitRow]) -> Result<Vec<VisitRow>, StoreError> {
        let mut rows = visits.to_vec();
        for visit in &mut rows {
            let Some(page) = page_of(visit) else { continue };
            let settled = self.settle(conn, page).await?;
            visit.page_template = Some(settled.page.path);
        }
        Ok(rows)
    }

    /// Everything to add, in key order, so that two nodes that count the same pages never wait for each other in a circle.
    pub async fn finish(mut self, conn: &mut Conn) -> Result<BTreeMap<PageDay, Counts>, StoreError> {
        let mut sums: BTreeMap<PageDay, Counts> = BTreeMap::new();
        for (page, Page { mut counts, clicks_at }) in std::mem::take(&mut self.pages) {
            let since = |at: &&i64| counts.last_at.is_none_or(|viewed| **at > viewed);
            counts.clicks_since_view = i64::try_from(clicks_at.iter().filter(since).count()).unwrap_or(i64::MAX);
            let page = self.settle(conn, page).await?;
            join(sums.entry(page).or_default(), &counts);
        }
        Ok(sums)
    }

    async fn settle(&mut self, conn: &mut Conn, page: PageDay) -> Result<PageDay, StoreError> {
        if let Some(settled) = self.settled.get(&page) {
            return Ok(settled.clone());
        }
        let settled = page_days::settle(conn, page.clone()).await?;
        self.settled.insert(page, settled.clone());
        Ok(settled)
    }
}

/// Where a page view counts, if it names a page.
fn page_of(visit: &VisitRow) -> Option<PageDay> {
    let (host, path, day) = (visit.page_host.as_ref()?, visit.page_template.as_ref()?, visit.day.as_ref()?);
    let others = PageName::others();
    let page = if *path == others.path { others } else { PageName { host: host.clone(), path: path.clone() } };
    Some(PageDay::new(&visit.tenant, day, page))
}

/// Pages that are counted together add up.
fn join(sum: &mut Counts, counts: &Counts) {
    let earliest = |one: Option<i64>, other: Option<i64>| one.into_iter().chain(other).min();
    let latest = |one: Option<i64>, other: Option<i64>| one.into_iter().chain(other).max();
    *sum = Counts {
        views: sum.views + counts.views,
        views_with_click: sum.views_with_click + counts.views_with_click,
        cookie_failed: sum.cookie_failed + counts.cookie_failed,
        consent_denied: sum.consent_denied + counts.consent_denied,
        sign_ups: sum.sign_ups + counts.sign_ups,
        sign_ups_with_click: sum.sign_ups_with_click + counts.sign_ups_with_click,
        clicks: sum.clicks + counts.clicks,
        clicks_since_view: sum.clicks_since_view + counts.clicks_since_view,
        first_at: earliest(sum.first_at, counts.first_at),
        last_at: latest(sum.last_at, counts.last_at),
    };
}
