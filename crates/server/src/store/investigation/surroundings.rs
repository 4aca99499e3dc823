//! What lies around a question: pages of sign-ups, addresses that led nowhere, the same person elsewhere.

use crate::fetch_all;
use crate::store::read::known;
use crate::store::{Conn, StoreError};
use whence_domain::investigation::facts::{MissSeen, PageName};
use whence_domain::tracking::Outcome;
use whence_domain::{ClaimId, Instant, LinkId, PartnerId, Period, Tenant};

#[derive(sqlx::FromRow)]
struct PageRow {
    page_host: Option<String>,
    page_template: Option<String>,
}

#[derive(sqlx::FromRow)]
struct MissRow {
    incarnation: i64,
    segment: i64,
    position: i64,
    path: String,
    link_id: Option<String>,
    outcome: String,
    occurred_at: i64,
}

#[derive(sqlx::FromRow)]
struct WordRow {
    id: String,
    occurred_at: i64,
}

impl MissRow {
    fn read(self) -> Result<MissSeen, StoreError> {
        let Self { incarnation, segment, position, occurred_at, .. } = self;
        Ok(MissSeen {
            key: format!("miss_{occurred_at}-{incarnation}-{segment}-{position}"),
            at: Instant::from_micros(occurred_at),
            path: self.path,
            link: self.link_id.map(LinkId::from_stored),
            partner: None,
            outcome: known("outcome", &self.outcome, Outcome::parse(&self.outcome))?,
        })
    }
}

/// Pages of the latest sign-ups before a moment; one for each sign-up that a page told of.
pub async fn list_sign_up_pages(
    conn: &mut Conn,
    tenant: &Tenant,
    before: Instant,
    limit: i64,
) -> Result<Vec<PageName>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, PageRow, "surroundings.sign_up_pages", program, mode, before.micros(), limit)?;
    let page = |row: PageRow| Some(PageName::of(&row.page_host?, &row.page_template?));
    Ok(rows.into_iter().filter_map(page).collect())
}

/// Requests to a link in a time, its end included, that led nowhere: the latest.
pub async fn list_misses_of_link(
    conn: &mut Conn,
    tenant: &Tenant,
    link: &LinkId,
    period: Period,
    limit: i64,
) -> Result<Vec<MissSeen>, StoreError> {
    let (from, to) = (period.start.micros(), period.end.micros());
    let program = tenant.program.as_str();
    let rows = fetch_all!(conn, MissRow, "surroundings.misses_of_link", link.as_str(), program, from, to, limit)?;
    rows.into_iter().map(MissRow::read).collect()
}

/// Requests to addresses that are no links, in a time, its end included: the latest. They belong to both modes.
pub async fn list_unknown_misses(
    conn: &mut Conn,
    tenant: &Tenant,
    period: Period,
    limit: i64,
) -> Result<Vec<MissSeen>, StoreError> {
    let (from, to) = (period.start.micros(), period.end.micros());
    let rows = fetch_all!(conn, MissRow, "surroundings.unknown_misses", tenant.program.as_str(), from, to, limit)?;
    rows.into_iter().map(MissRow::read).collect()
}

/// A partner's links, the newest first.
pub async fn list_links_of_partner(
    conn: &mut Conn,
    tenant: &Tenant,
    partner: &PartnerId,
    limit: i64,
) -> Result<Vec<LinkId>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, (String,), "surroundings.links_of_partner", program, mode, partner.as_str(), limit)?;
    Ok(rows.into_iter().map(|(id,)| LinkId::from_stored(id)).collect())
}

/// When somebody of this e-mail address or customer key signed up, by which word; the latest first.
pub async fn list_words_of_person(
    conn: &mut Conn,
    tenant: &Tenant,
    email: Option<&str>,
    key: Option<&str>,
    limit: i64,
) -> Result<Vec<(ClaimId, Instant)>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, WordRow, "surroundings.claims_of_person", program, mode, email, key, limit)?;
    Ok(rows.into_iter().map(|row| (ClaimId::from_stored(row.id), Instant::from_micros(row.occurred_at))).collect())
}
