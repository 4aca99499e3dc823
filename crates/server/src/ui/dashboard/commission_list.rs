//! Commissions: what partners earned, by what happens to it next.

use super::rows::CommissionRow;
use crate::ui::layout::Chrome;
use crate::ui::parts::Pager;
use askama::Template;

/// What the list is narrowed to; lives in the address.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Filters {
    /// A status, or empty for all.
    pub status: String,
    /// A partner key.
    pub partner: String,
    /// The last row of the page before.
    pub after: String,
}

/// A status to look at, with how much lies there.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Its words.
    pub label: &'static str,
    /// Its address.
    pub href: String,
    /// How many.
    pub count: String,
    /// Whether it is the one shown.
    pub current: bool,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/commission_list.html")]
pub struct CommissionListPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What it is narrowed to.
    pub filters: Filters,
    /// The statuses.
    pub tabs: Vec<Tab>,
    /// What is shown adds up to, per currency: state's words and texts.
    pub totals: Vec<String>,
    /// The commissions, newest first.
    pub commissions: Vec<CommissionRow>,
    /// The neighbouring pages.
    pub pager: Pager,
    /// Where a decision returns to.
    pub back: String,
}

#[cfg(test)]
impl CommissionListPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use crate::ui::layout::{Flash, Section};
        let tab = |label, count: &str, current| Tab { label, href: "/dashboard/commissions".into(), count: count.into(), current };
        let mut typical = Self {
            chrome: Chrome::sample(Section::Commissions),
            filters: Filters::default(),
            tabs: vec![
                tab("To review", "3", true),
                tab("On hold", "2", false),
                tab("Approved", "118", false),
                tab("Declined", "4", false),
                tab("All", "127", false),
            ],
            totals: vec!["€2,496.00".into(), "$19.80".into()],
            commissions: super::rows::samples::commissions(),
            pager: Pager { first: None, next: Some("/dashboard/commissions?after=x".into()) },
            back: "/dashboard/commissions".into(),
        };
        let empty = Self { commissions: Vec::new(), totals: Vec::new(), pager: Pager::default(), ..typical.clone() };
        typical.chrome.flash =
            Some(Flash { tone: crate::ui::parts::Tone::Good, text: "Approved: €24.00 for Bo Lindqvist.".into() });
        vec![("commission_list", typical), ("commission_list_empty", empty)]
    }
}
