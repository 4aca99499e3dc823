//! The list of clicks, and what else is known of one.

use super::PartnerName;
use crate::store::{Conn, StoreError};
use crate::{fetch_all, fetch_optional};
use whence_domain::tracking::TouchId;
use whence_domain::tracking::screening::Outcome;
use whence_domain::{Instant, PartnerId, Tenant};

/// Which clicks the list holds; what is absent leaves all in.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Those on links of one partner.
    pub partner: Option<PartnerId>,
    /// Those with one outcome.
    pub outcome: Option<Outcome>,
    /// Those older than this place: time, then two numbers.
    pub after: Option<(i64, i64, i64)>,
}

/// A request to a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Where the page after this row begins.
    pub place: (i64, i64, i64),
    /// The click id; empty for a request to no link.
    pub click_id: String,
    /// The short end of the link's address.
    pub link_key: String,
    /// Whose link.
    pub partner: Option<PartnerName>,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether a page view or a confirmed sign-up showed later that it was a person after all.
    pub upgraded: bool,
    /// What kind of device.
    pub device: String,
    /// Which browser.
    pub browser: String,
    /// When.
    pub at: Instant,
}

/// A page that was seen with a click's id.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Seen {
    /// When, in microseconds.
    pub occurred_at: i64,
    /// Host of the page.
    pub page_host: Option<String>,
    /// Path of the page.
    pub page_path: Option<String>,
    /// `written_and_read`, `failed` or `unsaid`.
    pub cookie: String,
    /// The same of the page's storage.
    pub local_storage: String,
}

/// What a stored click adds to what its id says.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Known {
    /// The short end of the link's address.
    pub link_key: Option<String>,
    /// What kind of device.
    pub device: String,
    /// Which browser.
    pub browser: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    incarnation: i64,
    ms: i64,
    counter: i64,
    xid: String,
    outcome: String,
    reclassified_at: Option<i64>,
    occurred_at: i64,
    device: String,
    browser: String,
    partner_id: Option<String>,
    link_key: Option<String>,
    partner_first_name: Option<String>,
    partner_last_name: Option<String>,
    partner_email: Option<String>,
}

#[derive(sqlx::FromRow)]
struct MissRow {
    incarnation: i64,
    position: i64,
    host: String,
    path: String,
    outcome: String,
    occurred_at: i64,
}

fn outcome(code: &str) -> Result<Outcome, StoreError> {
    Outcome::parse(code).ok_or_else(|| StoreError::corrupt("outcome", code))
}

/// The clicks that the filter leaves in, newest first, at most `limit`. Requests to links that do not exist or are not
/// active are listed when that outcome is asked for.
pub async fn list(conn: &mut Conn, tenant: &Tenant, filter: &Filter, limit: i64) -> Result<Vec<Listed>, StoreError> {
    if let Some(missed @ (Outcome::Inactive | Outcome::Unknown)) = filter.outcome {
        return list_misses(conn, tenant, missed, filter.after, limit).await;
    }
    let (ms, incarnation, counter) = filter.after.unwrap_or((i64::MAX, i64::MAX, i64::MAX));
    fetch_all!(
        conn,
        Row,
        "dashboard.clicks",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        filter.partner.as_ref().map(PartnerId::as_str),
        filter.outcome.map(Outcome::as_str),
        ms,
        incarnation,
        counter,
        limit
    )?
    .into_iter()
    .map(|row| {
        Ok(Listed {
            place: (row.ms, row.incarnation, row.counter),
            click_id: row.xid,
            link_key: row.link_key.unwrap_or_default(),
            partner: PartnerName::of(row.partner_id, row.partner_first_name, row.partner_last_name, row.partner_email),
            outcome: outcome(&row.outcome)?,
            upgraded: row.reclassified_at.is_some(),
            device: row.device,
            browser: row.browser,
            at: Instant::from_micros(row.occurred_at),
        })
    })
    .collect()
}

async fn list_misses(
    conn: &mut Conn,
    tenant: &Tenant,
    missed: Outcome,
    after: Option<(i64, i64, i64)>,
    limit: i64,
) -> Result<Vec<Listed>, StoreError> {
    let (at, incarnation, position) = after.unwrap_or((i64::MAX, i64::MAX, i64::MAX));
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_all!(conn, MissRow, "dashboard.misses", program, mode, missed.as_str(), at, incarnation, position, limit)?
        .into_iter()
        .map(|row| {
            Ok(Listed {
                place: (row.occurred_at, row.incarnation, row.position),
                click_id: String::new(),
                link_key: format!("{}{}", row.host, row.path),
                partner: None,
                outcome: outcome(&row.outcome)?,
                upgraded: false,
                device: String::new(),
                browser: String::new(),
                at: Instant::from_micros(row.occurred_at),
            })
        })
        .collect()
}

/// What is stored of the click with this id; none if it is not drained yet, or was lost.
pub async fn find(conn: &mut Conn, tenant: &Tenant, id: TouchId) -> Result<Option<Known>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let (incarnation, counter) = (i64::from(id.incarnation), i64::from(id.counter));
    Ok(fetch_optional!(conn, Known, "dashboard.click_link", program, mode, incarnation, id.millis, counter)?)
}

/// The first pages that were seen with the click's id.
pub async fn seen_with(conn: &mut Conn, tenant: &Tenant, id: TouchId) -> Result<Vec<Seen>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let (incarnation, counter) = (i64::from(id.incarnation), i64::from(id.counter));
    Ok(fetch_all!(conn, Seen, "dashboard.visits_of_click", program, mode, incarnation, id.millis, counter)?)
}
