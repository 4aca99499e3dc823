//! `whence verify`: every balance recomputed from its postings, every roll-up from its clicks.

use crate::app::App;
use crate::control::Reply;
use crate::store::billing::ledger;
use crate::store::program::programs;
use crate::store::tracking::rollups::{self, Counted};
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

fn by_key(counts: Vec<Counted>) -> BTreeMap<(String, String, String), i64> {
    let mut sums = BTreeMap::new();
    for count in counts {
        *sums.entry((count.day, format!("{} of {}", count.link_id, count.partner_id), count.outcome)).or_default() +=
            count.clicks;
    }
    sums
}
