//! What has arrived since a try of the integration began: requests to the test link, page views, sign-ups, refusals.

use super::customer_name;
use crate::fetch_all;
use crate::store::read::known;
use crate::store::{Conn, StoreError};
use whence_domain::tracking::Outcome;
use whence_domain::{CustomerId, EventId, Instant, PartnerId, ProgramId, Tenant};

/// A page view, as the snippet told of it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct View {
    /// When, in microseconds.
    pub occurred_at: i64,
    /// Host of the page.
    pub page_host: Option<String>,
    /// Its path.
    pub page_path: Option<String>,
    /// What the click that it carried is worth.
    pub xid_verdict: String,
    /// The partner key that the page has.
    pub partner_key: Option<String>,
    /// What became of the cookie.
    pub cookie: String,
    /// The domain that it was kept for.
    pub cookie_domain: Option<String>,
    /// What became of storage.
    pub local_storage: String,
    /// What the page said of consent.
    pub consent: Option<String>,
    /// The snippet's version.
    pub snippet: Option<String>,
    /// Codes of what the snippet found wrong, a JSON list.
    pub problems: String,
    /// Browser family.
    pub browser: String,
}

/// A request to a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click {
    /// When.
    pub at: Instant,
    /// What it counts as.
    pub outcome: Outcome,
    /// Where it was sent.
    pub dest: String,
    /// Browser family.
    pub browser: String,
}

/// A sign-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// Who.
    pub customer: CustomerId,
    /// What they are called.
    pub name: String,
    /// Whose they are now.
    pub partner_key: Option<String>,
    /// Who told us: `snippet`, `s2s`, `api`, `dashboard`.
    pub source: String,
    /// Host and path of the page that told us.
    pub page: Option<String>,
    /// Codes of what the snippet found wrong, a JSON list.
    pub problems: String,
    /// How many sales stand.
    pub sales: i64,
    /// How many commissions were made.
    pub commissions: i64,
    /// When it arrived.
    pub at: Instant,
}

/// Requests of one hour, origin and reason that were refused.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Refused {
    /// The host of the page; empty if the request named none.
    pub origin: String,
    /// Why, a code.
    pub reason: String,
    /// How many in that hour.
    pub requests: i64,
    /// A JSON list of the first few, each with `at` and `message`.
    pub samples: String,
    /// When the last one came, in microseconds.
    pub last_at: i64,
}

#[derive(sqlx::FromRow)]
struct ClickRow {
    occurred_at: i64,
    outcome: String,
    dest: String,
    browser: String,
}

#[derive(sqlx::FromRow)]
struct SignUpRow {
    created_at: i64,
    source: String,
    id: String,
    name: Option<String>,
    email: Option<String>,
    customer_key: Option<String>,
    partner_key: Option<String>,
    page_host: Option<String>,
    page_path: Option<String>,
    problems: Option<String>,
    sales: i64,
    commissions: i64,
}

const HOUR_MICROS: i64 = 3_600_000_000;

/// The page views since then, newest first.
pub async fn list_views(conn: &mut Conn, tenant: &Tenant, since: Instant, limit: i64) -> Result<Vec<View>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(fetch_all!(conn, View, "testing.list_views", program, mode, since.micros(), limit)?)
}

/// The requests to a partner's links since then, newest first.
pub async fn list_clicks(
    conn: &mut Conn,
    tenant: &Tenant,
    partner: &PartnerId,
    since: Instant,
    limit: i64,
) -> Result<Vec<Click>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_all!(conn, ClickRow, "testing.list_clicks", program, mode, partner.as_str(), since.millis(), limit)?
        .into_iter()
        .map(|row| {
            Ok(Click {
                at: Instant::from_micros(row.occurred_at),
                outcome: known("outcome", &row.outcome, Outcome::parse(&row.outcome))?,
                dest: row.dest,
                browser: row.browser,
            })
        })
        .collect()
}

/// The sign-ups that arrived since then, newest first.
pub async fn list_sign_ups(
    conn: &mut Conn,
    tenant: &Tenant,
    since: Instant,
    limit: i64,
) -> Result<Vec<SignUp>, StoreError> {
    // The first 48 bits of an event's id are the millisecond in which it arrived.
    let millis = u128::try_from(since.millis()).unwrap_or_default();
    let first = EventId::from_bits(millis << 80);
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, SignUpRow, "testing.list_sign_ups", program, mode, first.as_str(), limit)?;
    Ok(rows
        .into_iter()
        .map(|row| SignUp {
            customer: CustomerId::from_stored(row.id),
            name: customer_name(row.name, row.email, row.customer_key),
            partner_key: row.partner_key,
            source: row.source,
            page: row.page_host.map(|host| format!("{host}{}", row.page_path.unwrap_or_default())),
            problems: row.problems.unwrap_or_else(|| "[]".to_owned()),
            sales: row.sales,
            commissions: row.commissions,
            at: Instant::from_micros(row.created_at),
        })
        .collect())
}

/// What was refused of the program's own site since then, the latest first. A refusal has no mode: what was wrong is the
/// key, or comes before it.
pub async fn list_refusals(
    conn: &mut Conn,
    program: &ProgramId,
    since: Instant,
    limit: i64,
) -> Result<Vec<Refused>, StoreError> {
    let hour = since.micros().div_euclid(HOUR_MICROS);
    Ok(fetch_all!(conn, Refused, "testing.list_refusals", program.as_str(), hour, since.micros(), limit)?)
}
