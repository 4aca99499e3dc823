//! Taking away what a program has gathered in test mode. Each statement names test mode in its own text, so that no
//! argument can make it touch what is real, and takes away a bounded number of rows.

use crate::store::read::known;
use crate::store::tracking::clicks::{self, RollupKey};
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::tracking::Outcome;
use whence_domain::{Mode, ProgramId};

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    /// Customers.
    pub customers: i64,
    /// Sign-ups told.
    pub claims: i64,
    /// Payments.
    pub transactions: i64,
    /// Refunds.
    pub refunds: i64,
    /// Commissions, of which there should be none: tests never earn.
    pub commissions: i64,
    /// Requests to links.
    pub clicks: i64,
    /// Page views.
    pub visits: i64,
    /// Things that arrived.
    pub events: i64,
    /// Deliveries of payment providers.
    pub deliveries: i64,
}

/// What is taken away together, in the order in which nothing is left pointing at nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Commissions with their transfers; the balances follow.
    Commissions,
    /// Refunds.
    Refunds,
    /// Names of payments.
    References,
    /// Pairs of such names.
    ReferenceLinks,
    /// Payments, with what offers had to say.
    Transactions,
    /// Customers, with everything known of them.
    Customers,
    /// Version rows of names.
    IdentityVersions,
    /// What arrived.
    Events,
    /// Deliveries of payment providers.
    Deliveries,
    /// Counters of deliveries that were refused.
    Attempts,
    /// Clicks; the daily counts follow.
    Clicks,
    /// Daily counts without clicks.
    Rollups,
    /// Page views.
    Visits,
    /// Daily counts of pages.
    PageDays,
    /// Investigations.
    Investigations,
    /// Requests to links that lead nowhere.
    Misses,
    /// Answers kept for requests of test keys.
    Answers,
    /// Tries of the integration.
    Tests,
}

impl Kind {
    /// All of them, in their order.
    pub const ALL: [Self; 18] = [
        Self::Commissions,
        Self::Refunds,
        Self::References,
        Self::ReferenceLinks,
        Self::Transactions,
        Self::Customers,
        Self::IdentityVersions,
        Self::Events,
        Self::Deliveries,
        Self::Attempts,
        Self::Clicks,
        Self::Rollups,
        Self::Visits,
        Self::PageDays,
        Self::Investigations,
        Self::Misses,
        Self::Answers,
        Self::Tests,
    ];
}

#[derive(sqlx::FromRow)]
struct MovedRow {
    partner_id: String,
    currency: String,
    account: String,
    amount: i64,
}

#[derive(sqlx::FromRow)]
struct CountedRow {
    day: String,
    link_id: String,
    partner_id: String,
    outcome: String,
    clicks: i64,
}

/// How much the program has gathered in test mode.
pub async fn count(conn: &mut Conn, program: &ProgramId) -> Result<Counts, StoreError> {
    Ok(fetch_optional!(conn, Counts, "test_data.count", program.as_str())?.unwrap_or_default())
}

/// Takes away up to `most` of a kind from the program's test mode; answers how many rows went. Sums and counts that are made
/// of them follow in the same unit, so that the books are right after each.
pub async fn delete(conn: &mut Conn, program: &ProgramId, kind: Kind, most: i64) -> Result<u64, StoreError> {
    let id = program.as_str();
    Ok(match kind {
        Kind::Commissions => delete_commissions(conn, id, most).await?,
        Kind::Refunds => execute!(conn, "test_data.delete_refunds", id, most)?,
        Kind::References => execute!(conn, "test_data.delete_references", id, most)?,
        Kind::ReferenceLinks => execute!(conn, "test_data.delete_reference_links", id, most)?,
        Kind::Transactions => {
            execute!(conn, "test_data.delete_offer_notes", id, most)?;
            execute!(conn, "test_data.delete_transactions", id, most)?
        }
        Kind::Customers => delete_customers(conn, id, most).await?,
        Kind::IdentityVersions => execute!(conn, "test_data.delete_identity_versions", id, most)?,
        Kind::Events => execute!(conn, "test_data.delete_events", id, most)?,
        Kind::Deliveries => execute!(conn, "test_data.delete_deliveries", id, most)?,
        Kind::Attempts => execute!(conn, "test_data.delete_attempts", id, most)?,
        Kind::Clicks => delete_clicks(conn, id, most).await?,
        Kind::Rollups => execute!(conn, "test_data.delete_rollups", id, most)?,
        Kind::Visits => execute!(conn, "test_data.delete_visits", id, most)?,
        Kind::PageDays => execute!(conn, "test_data.delete_page_days", id, most)?,
        Kind::Investigations => execute!(conn, "test_data.delete_investigations", id, most)?,
        Kind::Misses => execute!(conn, "test_data.delete_misses", id, most)?,
        Kind::Answers => execute!(conn, "test_data.delete_answers", id, most)?,
        Kind::Tests => execute!(conn, "test_data.delete_tests", id, most)?,
    })
}

/// Commissions go with their transfers, and what these moved is moved back.
async fn delete_commissions(conn: &mut Conn, program: &str, most: i64) -> Result<u64, StoreError> {
    for moved in fetch_all!(conn, MovedRow, "test_data.moved_by_commissions", program, most)? {
        execute!(
            conn,
            "ledger.move_balance",
            program,
            Mode::Test.as_str(),
            &moved.partner_id,
            &moved.currency,
            &moved.account,
            -moved.amount
        )?;
    }
    execute!(conn, "test_data.delete_transfers", program, most)?;
    let commissions = execute!(conn, "test_data.delete_commissions", program, most)?;
    execute!(conn, "test_data.delete_balances", program)?;
    Ok(commissions)
}

async fn delete_customers(conn: &mut Conn, program: &str, most: i64) -> Result<u64, StoreError> {
    execute!(conn, "test_data.delete_touches", program, most)?;
    execute!(conn, "test_data.delete_claims", program, most)?;
    execute!(conn, "test_data.delete_attributions", program, most)?;
    execute!(conn, "test_data.delete_attribution_decisions", program, most)?;
    execute!(conn, "test_data.delete_customer_identities", program, most)?;
    Ok(execute!(conn, "test_data.delete_customers", program, most)?)
}

/// Clicks go together with their place in the daily counts.
async fn delete_clicks(conn: &mut Conn, program: &str, most: i64) -> Result<u64, StoreError> {
    let mut counted = Vec::new();
    for row in fetch_all!(conn, CountedRow, "test_data.count_clicks", program, most)? {
        let rollup = RollupKey {
            program: program.to_owned(),
            mode: Mode::Test.as_str(),
            day: row.day,
            partner: row.partner_id,
            link: row.link_id,
            outcome: known("outcome", &row.outcome, Outcome::parse(&row.outcome))?.as_str(),
        };
        counted.push((rollup, row.clicks));
    }
    // In key order, like every other writer of these rows.
    counted.sort();
    for (rollup, clicks) in &counted {
        clicks::add_to_rollup(conn, rollup, clicks::FLOW_SLOT, -clicks).await?;
    }
    Ok(execute!(conn, "test_data.delete_clicks", program, most)?)
}
