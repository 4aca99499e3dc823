//! Referrals: every customer, with the partner they belong to.

use super::rows::ReferralRow;
use crate::ui::layout::Chrome;
use crate::ui::parts::Pager;
use askama::Template;

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
