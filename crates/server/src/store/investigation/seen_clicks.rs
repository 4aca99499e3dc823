//! Clicks, as an investigation sees them.

use crate::store::read::{checked, known};
use crate::store::{Conn, StoreError};
use crate::{fetch_all, fetch_optional};
use whence_domain::investigation::facts::{AgentSeen, PageName};
use whence_domain::tracking::agent::{Browser, Device, Engine};
use whence_domain::tracking::{Outcome, TouchId};
use whence_domain::{CustomerId, LinkId, PartnerId, Period, Tenant};

/// Whose clicks are looked for.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    /// Those on one link.
    Link(&'a LinkId),
    /// Those on one partner's links.
    Partner(&'a PartnerId),
    /// All.
    Anyone,
}

/// A click with what the request said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Click {
    /// Which.
    pub id: TouchId,
    /// Its id as text.
    pub xid: String,
    /// On which link.
    pub link: LinkId,
    /// Whose link it was.
    pub partner: PartnerId,
    /// What screening made of it.
    pub outcome: Outcome,
    /// What clicked.
    pub agent: AgentSeen,
    /// The app in whose own browser it was made.
    pub in_app: Option<String>,
    /// Whether the browser sent `Sec-GPC`.
    pub gpc: bool,
    /// Host of the page that led there.
    pub referrer_host: Option<String>,
    /// Where it was sent, folded.
    pub dest: PageName,
    /// Click ids in its own request's cookies, as text.
    pub earlier: Vec<String>,
    /// Whether its id came along with another customer than the one asked about.
    pub brought_by_others: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    incarnation: i64,
    ms: i64,
    counter: i64,
    xid: String,
    link_id: String,
    partner_id: String,
    outcome: String,
    dest: String,
    earlier_xids: String,
    referrer_host: Option<String>,
    device: String,
    browser: String,
    engine: String,
    in_app: Option<String>,
    gpc_at: Option<i64>,
    brought: i64,
}

impl Row {
    fn read(self) -> Result<Click, StoreError> {
        Ok(Click {
            id: touch_id(self.incarnation, self.ms, self.counter)?,
            xid: self.xid,
            link: LinkId::from_stored(self.link_id),
            partner: PartnerId::from_stored(self.partner_id),
            outcome: known("outcome", &self.outcome, Outcome::parse(&self.outcome))?,
            agent: agent(&self.browser, &self.engine, Some(&self.device)),
            in_app: self.in_app,
            gpc: self.gpc_at.is_some(),
            referrer_host: self.referrer_host,
            dest: PageName::of_address(&self.dest).unwrap_or_else(PageName::others),
            earlier: checked("click", serde_json::from_str(&self.earlier_xids))?,
            brought_by_others: self.brought > 0,
        })
    }
}

/// A click's key out of its columns.
pub(super) fn touch_id(incarnation: i64, ms: i64, counter: i64) -> Result<TouchId, StoreError> {
    Ok(TouchId {
        millis: ms,
        incarnation: checked("click", u32::try_from(incarnation))?,
        counter: checked("click", u16::try_from(counter))?,
    })
}

/// Families out of their columns; a word that this version does not know is `Other`.
pub(super) fn agent(browser: &str, engine: &str, device: Option<&str>) -> AgentSeen {
    AgentSeen {
        browser: Browser::parse(browser).unwrap_or(Browser::Other),
        engine: Engine::parse(engine).unwrap_or(Engine::Other),
        device: device.map(|device| Device::parse(device).unwrap_or(Device::Other)),
    }
}

/// Clicks made in a time, its end included; the latest first. `customer` is the one asked about, if any.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    whose: Whose<'_>,
    customer: Option<&CustomerId>,
    period: Period,
    limit: i64,
) -> Result<Vec<Click>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let (from, to) = (period.start.millis(), period.end.millis());
    let customer = customer.map(CustomerId::as_str);
    let rows = match whose {
        Whose::Link(link) => {
            fetch_all!(conn, Row, "seen_clicks.of_link", program, mode, from, to, link.as_str(), limit, customer)?
        }
        Whose::Partner(partner) => {
            let partner = partner.as_str();
            fetch_all!(conn, Row, "seen_clicks.of_partner", program, mode, from, to, partner, limit, customer)?
        }
        Whose::Anyone => fetch_all!(conn, Row, "seen_clicks.of_anyone", program, mode, from, to, limit, customer)?,
    };
    rows.into_iter().map(Row::read).collect()
}

/// How many there are, counted up to `limit`.
pub async fn count(
    conn: &mut Conn,
    tenant: &Tenant,
    whose: Whose<'_>,
    period: Period,
    limit: i64,
) -> Result<i64, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let (from, to) = (period.start.millis(), period.end.millis());
    let row = match whose {
        Whose::Link(link) => {
            fetch_optional!(conn, (i64,), "seen_clicks.count_of_link", program, mode, from, to, link.as_str(), limit)?
        }
        Whose::Partner(partner) => {
            let partner = partner.as_str();
            fetch_optional!(conn, (i64,), "seen_clicks.count_of_partner", program, mode, from, to, partner, limit)?
        }
        Whose::Anyone => fetch_optional!(conn, (i64,), "seen_clicks.count_of_anyone", program, mode, from, to, limit)?,
    };
    Ok(row.map_or(0, |(clicks,)| clicks))
}

/// One click; none while it is not drained.
pub async fn find(
    conn: &mut Conn,
    tenant: &Tenant,
    id: TouchId,
    customer: Option<&CustomerId>,
) -> Result<Option<Click>, StoreError> {
    let row = fetch_optional!(
        conn,
        Row,
        "seen_clicks.find",
        i64::from(id.incarnation),
        id.millis,
        i64::from(id.counter),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        customer.map(CustomerId::as_str)
    )?;
    row.map(Row::read).transpose()
}
