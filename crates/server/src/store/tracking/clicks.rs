//! Clicks as decisions read them. Only the drain inserts them (see [`super::drained`]).

use super::page_days::{self, Counts, PageDay};
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_optional};
use whence_domain::tracking::{ClickKey, Outcome, TouchId};
use whence_domain::{Instant, Tenant};

#[derive(sqlx::FromRow)]
struct EarlierRow {
    earlier_xids: String,
}

#[derive(sqlx::FromRow)]
struct CountedRow {
    day: String,
    link_id: String,
    partner_id: String,
    dest: String,
}

/// A click that was screened out and counts after all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reclassified {
    /// Where it was counted before.
    pub before: RollupKey,
    /// Where it was sent.
    pub dest: String,
}

/// Where a click stands in the daily counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RollupKey {
    /// `prog_…`.
    pub program: String,
    /// `live` or `test`.
    pub mode: &'static str,
    /// In the program's zone, `2026-03-31`.
    pub day: String,
    /// `part_…`.
    pub partner: String,
    /// `link_…`.
    pub link: String,
    /// The outcome's word.
    pub outcome: &'static str,
}

/// The click ids that a click's own request carried in its cookies; none while the click is not drained.
pub async fn earlier_xids(conn: &mut Conn, tenant: &Tenant, key: &TouchId) -> Result<Vec<String>, StoreError> {
    let row = fetch_optional!(
        conn,
        EarlierRow,
        "clicks.earlier_xids",
        i64::from(key.incarnation),
        key.millis,
        i64::from(key.counter),
        tenant.program.as_str(),
        tenant.mode.as_str()
    )?;
    let Some(row) = row else { return Ok(Vec::new()) };
    serde_json::from_str(&row.earlier_xids).map_err(|error| StoreError::corrupt("click", error))
}

/// Makes a click that was screened out a counted one, since a real landing or a confirmed sign-up followed. `class` is
/// what its id says. Answers where it was counted before, and nothing if it is not there (yet), is counted already, or its
/// class is one that is never upgraded.
pub async fn count_after_all(
    conn: &mut Conn,
    tenant: &Tenant,
    key: ClickKey,
    class: Outcome,
    now: Instant,
) -> Result<Option<Reclassified>, StoreError> {
    if !class.upgradable() {
        return Ok(None);
    }
    let row = fetch_optional!(
        conn,
        CountedRow,
        "clicks.count_after_all",
        now.micros(),
        i64::from(key.incarnation),
        key.millis,
        i64::from(key.counter),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        class.as_str()
    )?;
    Ok(row.map(|row| Reclassified {
        before: RollupKey {
            program: tenant.program.as_str().to_owned(),
            mode: tenant.mode.as_str(),
            day: row.day,
            partner: row.partner_id,
            link: row.link_id,
            outcome: class.as_str(),
        },
        dest: row.dest,
    }))
}

/// As [`count_after_all`], and moves the daily counts along: for a confirmed sign-up, whose flow calls this in its own
/// transaction.
pub async fn count_confirmed(
    conn: &mut Conn,
    tenant: &Tenant,
    key: ClickKey,
    class: Outcome,
    now: Instant,
) -> Result<bool, StoreError> {
    let Some(again) = count_after_all(conn, tenant, key, class, now).await? else { return Ok(false) };
    let before = again.before;
    let page = PageDay::of_dest(tenant, &before.day, &again.dest);
    let page = page_days::settle(conn, page).await?;
    page_days::add(conn, &page, FLOW_SLOT, &Counts { clicks: 1, ..Counts::default() }).await?;
    let after = RollupKey { outcome: Outcome::Counted.as_str(), ..before.clone() };
    // In key order, like every other writer of these rows.
    let mut moves = [(before, -1), (after, 1)];
    moves.sort();
    for (rollup, clicks) in &moves {
        add_to_rollup(conn, rollup, FLOW_SLOT, *clicks).await?;
    }
    Ok(true)
}

/// The slot in which flows count; the drains of nodes have others, so that they do not wait for each other.
pub const FLOW_SLOT: i64 = 0;

/// Adds to a daily count, in one slot.
pub async fn add_to_rollup(conn: &mut Conn, rollup: &RollupKey, slot: i64, clicks: i64) -> Result<(), StoreError> {
    execute!(
        conn,
        "clicks.add_to_rollup",
        &rollup.program,
        rollup.mode,
        &rollup.day,
        &rollup.link,
        &rollup.partner,
        rollup.outcome,
        slot,
        clicks
    )?;
    Ok(())
}
