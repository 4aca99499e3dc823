//! Referrals: every customer, with the partner they belong to.

use super::rows::ReferralRow;
use crate::store::dashboard::customers;
use crate::store::program::endpoints;
use crate::store::{Conn, StoreError};
use crate::ui::answer::{UiError, page};
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::parts::Pager;
use crate::ui::visitor::{Narrowed, Visitor};
use crate::ui::words::referral_row;
use askama::Template;
use axum::response::Response;
use whence_domain::{CustomerId, Tenant};

/// What the list is narrowed to; lives in the address.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Filters {
    /// Part of a name or e-mail, or a customer key.
    pub q: String,
    /// A partner key.
    pub partner: String,
    /// `confirmed`, `unconfirmed`, `paid` or empty.
    pub state: String,
    /// The last row of the page before.
    pub after: String,
}

impl Filters {
    /// Whether anything is narrowed at all.
    pub fn is_empty(&self) -> bool {
        self.q.is_empty() && self.partner.is_empty() && self.state.is_empty()
    }
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/referral_list.html")]
pub struct ReferralListPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What it is narrowed to.
    pub filters: Filters,
    /// The customers, newest first.
    pub rows: Vec<ReferralRow>,
    /// The neighbouring pages.
    pub pager: Pager,
}

/// How many customers a page lists.
const SHOWN: usize = 25;
const NO_PROVIDER_KEY: &str = "No provider key: renewals may not be found";

/// `GET /dashboard/referrals`.
pub async fn list(visitor: Visitor, Narrowed(filters): Narrowed<Filters>) -> Result<Response, UiError> {
    let mut conn = visitor.app.store.read().await?;
    let found = find(&mut conn, &visitor.tenant, &filters).await?;
    // Where no provider delivers, nobody needs its keys.
    let by_webhook = !endpoints::list(&mut conn, &visitor.tenant).await?.is_empty();
    let mut rows = Vec::new();
    for row in found.iter().take(SHOWN) {
        let paid = customers::paid(&mut conn, &visitor.tenant, &row.id).await?;
        let warning = (by_webhook && row.lacks_provider_key).then_some(NO_PROVIDER_KEY);
        rows.push(ReferralRow { warning, ..referral_row(&visitor.calendar, row, &paid) });
    }
    let last = found.get(SHOWN - 1).filter(|_| found.len() > SHOWN).map(|row| row.id.as_str());
    let query = [("q", filters.q.as_str()), ("partner", &filters.partner), ("state", &filters.state)];
    let pager = Pager::of("/dashboard/referrals", &query, &filters.after, last);
    page(&visitor, &ReferralListPage { chrome: visitor.chrome(Section::Referrals), filters, rows, pager })
}

/// One row more than is shown, so that it is known whether there is a next page.
async fn find(conn: &mut Conn, tenant: &Tenant, filters: &Filters) -> Result<Vec<customers::Listed>, StoreError> {
    let Some(partner) = super::partner_list::partner_of(conn, tenant, &filters.partner).await? else {
        return Ok(Vec::new());
    };
    let filter = customers::Filter {
        search: (!filters.q.trim().is_empty()).then(|| filters.q.clone()),
        partner,
        state: ["confirmed", "unconfirmed", "paid"].into_iter().find(|state| *state == filters.state),
        after: CustomerId::parse(&filters.after),
    };
    customers::list(conn, tenant, &filter, SHOWN as i64 + 1).await
}

#[cfg(test)]
impl ReferralListPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use crate::ui::layout::Section;
        let typical = Self {
            chrome: Chrome::sample(Section::Referrals),
            filters: Filters::default(),
            rows: super::rows::samples::referrals(),
            pager: Pager { first: None, next: Some("/dashboard/referrals?after=cus_1".into()) },
        };
        let empty = Self { rows: Vec::new(), pager: Pager::default(), ..typical.clone() };
        let mut nothing_found = empty.clone();
        nothing_found.filters.q = "<script>alert(1)</script>".into();
        vec![("referral_list", typical), ("referral_list_empty", empty), ("referral_list_nothing_found", nothing_found)]
    }
}
