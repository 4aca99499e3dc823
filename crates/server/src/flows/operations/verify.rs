//! `whence verify`: every balance recomputed from its postings, every roll-up from its clicks.

use crate::app::App;
use crate::control::Reply;
use crate::store::billing::ledger;
use crate::store::program::programs;
use crate::store::tracking::page_days::{self, Counted};
use crate::store::tracking::rollups;
use crate::store::{Conn, StoreError};
use std::collections::BTreeMap;
use std::fmt::Write;
use whence_domain::billing::verification::{self, LedgerRow, PostedTransfer};
use whence_domain::{Mode, Tenant};

/// How much was looked at, and what was wrong.
#[derive(Debug, Default)]
struct Findings {
    postings: usize,
    clicks: i64,
    wrong: Vec<String>,
}

/// Recomputes everything and says what differs; nothing is changed.
///
/// # Errors
/// The store's, if it could not be read.
pub async fn verify(app: &App) -> anyhow::Result<Reply> {
    let mut conn = app.store.read().await?;
    // One snapshot for all of it, or a click that is drained meanwhile would look like a difference.
    conn.begin_snapshot().await?;
    let findings = verify_all(&mut conn).await;
    conn.end_snapshot().await?;
    let findings = findings?;

    let mut text = format!("{} postings and {} clicks were recomputed.", findings.postings, findings.clicks);
    for wrong in &findings.wrong {
        let _ = write!(text, "\n{wrong}");
    }
    let ok = findings.wrong.is_empty();
    let _ = match findings.wrong.len() {
        0 => write!(text, "\nEverything adds up."),
        count => write!(text, "\n{count} differences."),
    };
    Ok(Reply { ok, text })
}

async fn verify_all(conn: &mut Conn) -> Result<Findings, StoreError> {
    let mut findings = Findings::default();
    for program in programs::list(conn).await? {
        for mode in [Mode::Live, Mode::Test] {
            let tenant = Tenant::new(program.id.clone(), mode);
            let name = format!("{} ({mode})", program.slug);
            verify_ledger(conn, &tenant, &name, &mut findings).await?;
            verify_clicks(conn, &tenant, &name, &mut findings).await?;
            verify_pages(conn, &tenant, &name, &mut findings).await?;
        }
    }
    Ok(findings)
}

async fn verify_ledger(
    conn: &mut Conn,
    tenant: &Tenant,
    name: &str,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let rows: Vec<LedgerRow> = ledger::list_rows(conn, tenant).await?;
    let transfers: Vec<PostedTransfer> = ledger::list_transfers(conn, tenant).await?;
    let stored = ledger::get_balances(conn, tenant).await?;
    findings.postings += transfers.len();
    let differences = verification::verify(&rows, &transfers, &stored);
    findings.wrong.extend(differences.iter().map(|difference| format!("{name}: {difference}")));
    Ok(())
}

async fn verify_clicks(
    conn: &mut Conn,
    tenant: &Tenant,
    name: &str,
    findings: &mut Findings,
) -> Result<(), StoreError> {
    let clicks = by_key(rollups::recount(conn, tenant).await?);
    let rolled_up = by_key(rollups::list(conn, tenant).await?);
    findings.clicks += clicks.values().sum::<i64>();
    let keys = clicks.keys().chain(rolled_up.keys().filter(|key| !clicks.contains_key(*key)));
    for key in keys {
        let (counted, stored) = (clicks.get(key).unwrap_or(&0), rolled_up.get(key).unwrap_or(&0));
        if counted != stored {
            let (day, link, outcome) = key;
            findings.wrong.push(format!("{name}: {day}, {link}, {outcome}: {counted} clicks, {stored} rolled up"));
        }
    }
    Ok(())
}

/// The days of pages against the page views and sign-ups themselves. Clicks are held against each other by day: under which
/// page a click counts depends on how many there were before it.
async fn verify_pages(conn: &mut Conn, tenant: &Tenant, name: &str, findings: &mut Findings) -> Result<(), StoreError> {
    let mut counted: BTreeMap<PageKey, PageSums> = BTreeMap::new();
    for page in page_days::recount_views(conn, tenant)
        .await?
        .into_iter()
        .chain(page_days::recount_sign_ups(conn, tenant).await?)
    {
        let sums = counted.entry(key_of(&page)).or_default();
        for (sum, more) in sums.iter_mut().zip(sums_of(&page)) {
            *sum += more;
        }
    }
    let stored: BTreeMap<PageKey, PageSums> =
        page_days::list(conn, tenant).await?.iter().map(|page| (key_of(page), sums_of(page))).collect();
    let keys = counted.keys().chain(stored.keys().filter(|key| !counted.contains_key(*key)));
    for key in keys {
        let (now, then) = (counted.get(key).copied().unwrap_or_default(), stored.get(key).copied().unwrap_or_default());
        if now != then {
            let (day, host, path) = key;
            findings.wrong.push(format!("{name}: {day}, {host}{path}: seen {now:?}, counted {then:?}"));
        }
    }
    let rolled_up: BTreeMap<String, i64> =
        page_days::clicks_by_day(conn, tenant).await?.into_iter().map(|day| (day.day, day.clicks)).collect();
    let clicks: BTreeMap<String, i64> =
        page_days::recount_clicks(conn, tenant).await?.into_iter().map(|day| (day.day, day.clicks)).collect();
    // Clicks from before pages were counted are on no page; the day on which that began has some of both.
    let began = rolled_up.keys().next();
    let is_counted = |day: &String| match (began, clicks.keys().next()) {
        (Some(began), Some(first)) if first < began => day > began,
        (Some(_), _) => true,
        (None, _) => false,
    };
    for (day, clicks) in clicks.iter().filter(|(day, _)| is_counted(day)) {
        let counted = rolled_up.get(day).copied().unwrap_or(0);
        if counted != *clicks {
            findings.wrong.push(format!("{name}: {day}: {clicks} people’s clicks, {counted} counted on pages"));
        }
    }
    Ok(())
}

/// Day, host and path.
type PageKey = (String, String, String);

/// Page views and sign-ups, in the order of [`sums_of`].
type PageSums = [i64; 6];

fn key_of(page: &Counted) -> PageKey {
    (page.day.clone(), page.host.clone(), page.path.clone())
}

fn sums_of(page: &Counted) -> PageSums {
    let Counted { views, views_with_click, cookie_failed, consent_denied, sign_ups, sign_ups_with_click, .. } = *page;
    [views, views_with_click, cookie_failed, consent_denied, sign_ups, sign_ups_with_click]
}

fn by_key(counts: Vec<rollups::Counted>) -> BTreeMap<(String, String, String), i64> {
    let mut sums = BTreeMap::new();
    for count in counts {
        *sums.entry((count.day, format!("{} of {}", count.link_id, count.partner_id), count.outcome)).or_default() +=
            count.clicks;
    }
    sums
}
