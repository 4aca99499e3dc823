//! What is known of the pages that matter: where clicks were sent, where the customer signed up, where people usually do.

use super::Scope;
use crate::store::investigation::surroundings;
use crate::store::tracking::page_days;
use crate::store::{Conn, StoreError};
use std::collections::BTreeMap;
use whence_domain::Day;
use whence_domain::investigation::facts::{ClickSeen, CustomerFacts, PageName, PageRole, PageSeen};

/// Destinations that are looked at: those of the latest clicks.
const DESTINATIONS: usize = 5;
/// Pages of sign-ups that are looked at.
const SIGN_UP_PAGES: usize = 3;
/// Sign-ups by which the usual pages are found.
const USUAL_AMONG: i64 = 100;

/// Loads them.
pub(super) async fn load(
    conn: &mut Conn,
    scope: &Scope<'_>,
    customer: Option<&CustomerFacts>,
    clicks: &[ClickSeen],
) -> Result<Vec<PageSeen>, StoreError> {
    let mut pages: Vec<(PageName, PageRole)> = Vec::new();
    let told = customer.iter().flat_map(|customer| &customer.sign_ups).filter_map(|sign_up| sign_up.page.clone());
    add(&mut pages, told, PageRole::SignUp, SIGN_UP_PAGES);
    add(&mut pages, clicks.iter().map(|click| click.dest.clone()), PageRole::Destination, DESTINATIONS);
    if let Some(link) = &scope.meant.link {
        add(&mut pages, [PageName::of_destination(&link.dest)].into_iter(), PageRole::Destination, 1);
    }
    let latest = surroundings::list_sign_up_pages(conn, scope.tenant, scope.period.end, USUAL_AMONG).await?;
    add(&mut pages, usual(latest).into_iter(), PageRole::UsualSignUp, SIGN_UP_PAGES);

    let mut seen = Vec::with_capacity(pages.len());
    for (page, role) in pages {
        seen.push(look_at(conn, scope, page, role).await?);
    }
    Ok(seen)
}

/// Adds pages that are not there yet, at most so many.
fn add(pages: &mut Vec<(PageName, PageRole)>, more: impl Iterator<Item = PageName>, role: PageRole, most: usize) {
    let mut added = 0;
    for page in more {
        if added < most && !pages.iter().any(|(known, _)| *known == page) {
            pages.push((page, role));
            added += 1;
        }
    }
}

/// The pages that stand there most often.
fn usual(latest: Vec<PageName>) -> Vec<PageName> {
    let mut counts: BTreeMap<PageName, usize> = BTreeMap::new();
    for page in latest {
        *counts.entry(page).or_default() += 1;
    }
    let mut pages: Vec<(usize, PageName)> = counts.into_iter().map(|(page, count)| (count, page)).collect();
    pages.sort_by(|one, other| other.cmp(one));
    pages.into_iter().map(|(_, page)| page).collect()
}

async fn look_at(conn: &mut Conn, scope: &Scope<'_>, page: PageName, role: PageRole) -> Result<PageSeen, StoreError> {
    let day = |at| Day::of(at, scope.zone);
    let (from, to) = (day(scope.period.start), day(scope.period.end));
    let history = page_days::history(conn, scope.tenant, &page, from.as_str(), to.as_str()).await?;
    let since = match history.last_at {
        Some(last) => page_days::clicks_since(conn, scope.tenant, &page, day(last).as_str()).await?,
        None => history.clicks,
    };
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    Ok(PageSeen {
        page,
        role,
        first_landing_at: history.first_at,
        last_landing_at: history.last_at,
        landings: number(history.views),
        landings_with_click: number(history.views_with_click),
        clicks: number(history.clicks),
        clicks_since_last_landing: number(since),
        sign_ups: number(history.sign_ups),
        sign_ups_with_click: number(history.sign_ups_with_click),
    })
}
