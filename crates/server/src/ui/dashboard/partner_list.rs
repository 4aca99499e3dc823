//! Partners: everybody who takes part in the program.

use super::rows::Ref;
use crate::store::dashboard::{figures, name_of, partners as sums};
use crate::store::program::groups;
use crate::store::program::partners::{self, PartnerFilter};
use crate::store::{Conn, Cursor, Page, StoreError};
use crate::ui::answer::{UiError, page};
use crate::ui::format::count;
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::parts::{Badge, Pager, When};
use crate::ui::visitor::{Narrowed, Visitor};
use crate::ui::words::{amounts, partner_status};
use askama::Template;
use axum::response::Response;
use whence_domain::billing::Account;
use whence_domain::program::{Partner, PartnerKey, PartnerStatus};
use whence_domain::tracking::Outcome;
use whence_domain::{Money, PartnerId, Tenant};

/// What the list is narrowed to; lives in the address.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Filters {
    /// Part of a name or e-mail, or a partner key, plain or base64.
    pub q: String,
    /// A status, or empty.
    pub status: String,
    /// The last row of the page before.
    pub after: String,
}

impl Filters {
    /// Whether anything is narrowed at all.
    pub fn is_empty(&self) -> bool {
        self.q.is_empty() && self.status.is_empty()
    }
}

/// A partner in the list.
#[derive(Clone, Debug)]
pub struct PartnerRow {
    /// Leads to the partner's page.
    pub partner: Ref,
    /// Their e-mail.
    pub email: String,
    /// Their public code.
    pub partner_key: String,
    /// The group's name.
    pub group: String,
    /// Active, pending, archived.
    pub status: Badge,
    /// Clicks that count, in all.
    pub clicks: String,
    /// Customers, in all.
    pub customers: String,
    /// Commissions that stand, one text per currency.
    pub earned: Vec<String>,
    /// When they joined.
    pub joined: When,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/partner_list.html")]
pub struct PartnerListPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What it is narrowed to.
    pub filters: Filters,
    /// Set if the search was read as a base64 partner key: the key it stands for.
    pub decoded: Option<String>,
    /// The partners, newest first.
    pub rows: Vec<PartnerRow>,
    /// The neighbouring pages.
    pub pager: Pager,
}

/// How many partners a page lists.
const SHOWN: u16 = 25;

/// `GET /dashboard/partners`.
pub async fn list(visitor: Visitor, Narrowed(filters): Narrowed<Filters>) -> Result<Response, UiError> {
    let mut conn = visitor.app.store.read().await?;
    let filter = PartnerFilter {
        group: None,
        status: PartnerStatus::parse(&filters.status),
        with_archived: true,
        search: (!filters.q.trim().is_empty()).then(|| filters.q.clone()),
    };
    let cursor = PartnerId::parse(&filters.after).map(|id| Cursor::After(id.to_string()));
    let listed = partners::list(&mut conn, &visitor.tenant, &filter, &Page { cursor, ..Page::first(SHOWN) }).await?;
    let mut rows = Vec::new();
    for partner in &listed.items {
        rows.push(row(&mut conn, &visitor, partner).await?);
    }
    let last = listed.items.last().filter(|_| listed.has_more).map(|partner| partner.id.as_str());
    let query = [("q", filters.q.as_str()), ("status", &filters.status)];
    let pager = Pager::of("/dashboard/partners", &query, &filters.after, last);
    let decoded = decoded(&filters.q, &listed.items);
    let chrome = visitor.chrome(Section::Partners);
    page(&visitor, &PartnerListPage { chrome, filters, decoded, rows, pager })
}

/// The key that was meant, if what was typed is its base64 and a partner has it.
fn decoded(typed: &str, found: &[Partner]) -> Option<String> {
    let key = PartnerKey::decode(typed.trim()).ok()?;
    found.iter().any(|partner| partner.key == key && key.as_str() != typed.trim()).then(|| key.to_string())
}

async fn row(conn: &mut Conn, visitor: &Visitor, partner: &Partner) -> Result<PartnerRow, StoreError> {
    let tenant = &visitor.tenant;
    let clicks = sums::clicks(conn, tenant, &partner.id).await?;
    let counted = clicks.iter().filter(|row| row.outcome == Outcome::Counted).map(|row| row.clicks).sum();
    let group = groups::find(conn, &tenant.program, &partner.group).await?;
    Ok(PartnerRow {
        partner: Ref::partner(partner.id.as_str(), &partner_name(partner)),
        email: partner.email.to_string(),
        partner_key: partner.key.to_string(),
        group: group.map_or_else(String::new, |group| group.name),
        status: partner_status(partner.status),
        clicks: count(counted),
        customers: count(sums::customers(conn, tenant, &partner.id).await?),
        earned: amounts(&earned(conn, tenant, &partner.id).await?),
        joined: visitor.calendar.when(partner.joined_at),
    })
}

/// What to call a partner.
pub fn partner_name(partner: &Partner) -> String {
    name_of(&partner.first_name, &partner.last_name, partner.email.as_str())
}

/// What stands of a partner's commissions, by currency: what the partner has cost.
pub async fn earned(conn: &mut Conn, tenant: &Tenant, partner: &PartnerId) -> Result<Vec<Money>, StoreError> {
    let balances = figures::balances(conn, tenant, Some(partner)).await?;
    let cost = balances.into_iter().filter(|(account, amount)| *account == Account::Expense && amount.minor != 0);
    Ok(cost.map(|(_, amount)| Money::new(amount.minor.saturating_neg(), amount.currency)).collect())
}

/// The partner whom a filter names by key (plain or base64), id or e-mail: `Some(None)` if it names nobody because it is
/// empty, `None` if there is no such partner.
pub async fn partner_of(
    conn: &mut Conn,
    tenant: &Tenant,
    named: &str,
) -> Result<Option<Option<PartnerId>>, StoreError> {
    let named = named.trim();
    if named.is_empty() {
        return Ok(Some(None));
    }
    if let Some(partner) = partners::find_by_identifier(conn, tenant, named).await? {
        return Ok(Some(Some(partner.id)));
    }
    let Ok(key) = PartnerKey::decode(named) else { return Ok(None) };
    Ok(partners::find_by_key(conn, tenant, &key).await?.map(|partner| Some(partner.id)))
}

#[cfg(test)]
impl PartnerListPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, when};
        use crate::ui::layout::Section;
        use crate::ui::parts::Tone;
        let row =
            |name: &str, email: &str, key: &str, status: Badge, clicks: &str, customers: &str, earned: &[&str]| {
                PartnerRow {
                    partner: Ref::partner("part_1", name),
                    email: email.into(),
                    partner_key: key.into(),
                    group: "Default".into(),
                    status,
                    clicks: clicks.into(),
                    customers: customers.into(),
                    earned: earned.iter().map(|&text| text.to_owned()).collect(),
                    joined: when("12 Mar 2026"),
                }
            };
        let active = || Badge::new(Tone::Good, "Active");
        let typical = Self {
            chrome: Chrome::sample(Section::Partners),
            filters: Filters::default(),
            decoded: None,
            rows: vec![
                row("Bo Lindqvist", "bo@lindqvist.test", "bo-lindqvist", active(), "2,204", "41", &["€1,048.00"]),
                row(
                    "Tomás Ferreira",
                    "tomas@ferreira.test",
                    "tferreira",
                    active(),
                    "890",
                    "22",
                    &["€622.00", "$19.80"],
                ),
                row(
                    "The Growth Letter",
                    "hi@growth.test",
                    "growth",
                    Badge::new(Tone::Plain, "Archived"),
                    "12",
                    "0",
                    &[],
                ),
                row(
                    LONG,
                    "ridiculously.long.address@subdomain.company.example",
                    &"k".repeat(64),
                    active(),
                    "0",
                    "0",
                    &[],
                ),
            ],
            pager: Pager {
                first: Some("/dashboard/partners".into()),
                next: Some("/dashboard/partners?after=x".into()),
            },
        };
        let mut decoded = typical.clone();
        decoded.filters.q = "Ym8tbGluZHF2aXN0".into();
        decoded.decoded = Some("bo-lindqvist".into());
        decoded.rows.truncate(1);
        decoded.pager = Pager::default();
        let empty = Self { rows: Vec::new(), pager: Pager::default(), ..typical.clone() };
        let mut nothing_found = empty.clone();
        nothing_found.filters.q = "<nobody>".into();
        vec![
            ("partner_list", typical),
            ("partner_list_decoded", decoded),
            ("partner_list_empty", empty),
            ("partner_list_nothing_found", nothing_found),
        ]
    }
}
