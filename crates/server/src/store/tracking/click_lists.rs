//! Clicks as the API shows them. Only the drain inserts them (see [`super::drained`]).

use crate::store::read::{checked, known};
use crate::store::{Conn, Cursor, Listed, Page, StoreError};
use crate::{fetch_all, fetch_optional};
use whence_domain::tracking::{ClickKey, Outcome};
use whence_domain::{Instant, LinkId, PartnerId, Tenant};

/// A click with the public names of its link and partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownClick {
    /// Its id.
    pub xid: String,
    /// The path of its link, as it is now.
    pub link_key: String,
    /// The public code of the partner whose link it was.
    pub partner_key: String,
    /// What it counts as.
    pub outcome: Outcome,
    /// When somebody clicked.
    pub occurred_at: Instant,
    /// When a landing or a confirmed sign-up made it a counted one.
    pub reclassified_at: Option<Instant>,
    /// Where it was sent.
    pub dest: String,
    /// Ids of earlier clicks that the request's own cookies carried.
    pub earlier_xids: Vec<String>,
    /// What the partner added with `sid`.
    pub sub_ids: Vec<String>,
    /// Host of the page that led to the link.
    pub referrer_host: Option<String>,
    /// Family of the device.
    pub device: String,
    /// Family of the browser.
    pub browser: String,
    /// ISO 3166-1, where it is known.
    pub country: Option<String>,
}

/// Which clicks a list shows. Everything is optional; what is given must hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClickFilter {
    /// Those of this partner's links.
    pub partner: Option<PartnerId>,
    /// Those of this link.
    pub link: Option<LinkId>,
    /// Those that count so.
    pub outcome: Option<Outcome>,
}

/// The tenant's click with this key.
///
/// # Errors
/// The database's.
pub async fn find(conn: &mut Conn, tenant: &Tenant, key: ClickKey) -> Result<Option<ShownClick>, StoreError> {
    let row = fetch_optional!(
        conn,
        Row,
        "click_lists.find",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        key.millis,
        i64::from(key.incarnation),
        i64::from(key.counter),
    )?;
    row.map(Row::read).transpose()
}

/// One page of the tenant's clicks. `bound` is the key of the click that the page's cursor names.
///
/// # Errors
/// The database's.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    filter: &ClickFilter,
    page: &Page,
    bound: Option<ClickKey>,
) -> Result<Listed<ShownClick>, StoreError> {
    // A cursor without a key would be the first page again, so it is an empty one.
    if bound.is_none() && matches!(page.cursor, Some(Cursor::After(_) | Cursor::Before(_))) {
        return Ok(Listed { items: Vec::new(), has_more: false });
    }
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let partner = filter.partner.as_ref().map(PartnerId::as_str);
    let link = filter.link.as_ref().map(LinkId::as_str);
    let outcome = filter.outcome.map(Outcome::as_str);
    let [from, to, updated_from, updated_to] = page.times();
    let ms = bound.map(|key| key.millis);
    let incarnation = bound.map(|key| i64::from(key.incarnation));
    let counter = bound.map(|key| i64::from(key.counter));
    let fetch = page.fetch();
    let rows = if page.walks_down() {
        fetch_all!(
            conn,
            Row,
            "click_lists.list_down",
            program,
            mode,
            partner,
            link,
            outcome,
            from,
            to,
            updated_from,
            updated_to,
            ms,
            incarnation,
            counter,
            fetch
        )?
    } else {
        fetch_all!(
            conn,
            Row,
            "click_lists.list_up",
            program,
            mode,
            partner,
            link,
            outcome,
            from,
            to,
            updated_from,
            updated_to,
            ms,
            incarnation,
            counter,
            fetch
        )?
    };
    let clicks: Vec<ShownClick> = rows.into_iter().map(Row::read).collect::<Result<_, _>>()?;
    Ok(page.finish(clicks))
}

/// How many clicks the filter and the page's times leave in, on all pages together.
///
/// # Errors
/// The database's.
pub async fn count(conn: &mut Conn, tenant: &Tenant, filter: &ClickFilter, page: &Page) -> Result<i64, StoreError> {
    let [from, to, updated_from, updated_to] = page.times();
    let row = fetch_optional!(
        conn,
        (i64,),
        "click_lists.count",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        filter.partner.as_ref().map(PartnerId::as_str),
        filter.link.as_ref().map(LinkId::as_str),
        filter.outcome.map(Outcome::as_str),
        from,
        to,
        updated_from,
        updated_to,
    )?;
    Ok(row.map_or(0, |(clicks,)| clicks))
}

#[derive(sqlx::FromRow)]
struct Row {
    xid: String,
    link_key: String,
    partner_key: String,
    outcome: String,
    occurred_at: i64,
    reclassified_at: Option<i64>,
    dest: String,
    earlier_xids: String,
    sub_ids: String,
    referrer_host: Option<String>,
    device: String,
    browser: String,
    country: Option<String>,
}

impl Row {
    fn read(self) -> Result<ShownClick, StoreError> {
        Ok(ShownClick {
            xid: self.xid,
            link_key: self.link_key,
            partner_key: self.partner_key,
            outcome: known("outcome", &self.outcome, Outcome::parse(&self.outcome))?,
            occurred_at: Instant::from_micros(self.occurred_at),
            reclassified_at: self.reclassified_at.map(Instant::from_micros),
            dest: self.dest,
            earlier_xids: checked("click", serde_json::from_str(&self.earlier_xids))?,
            sub_ids: checked("click", serde_json::from_str(&self.sub_ids))?,
            referrer_host: self.referrer_host,
            device: self.device,
            browser: self.browser,
            country: self.country,
        })
    }
}
