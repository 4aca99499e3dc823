//! Declining a commission, with a reason that the partner may read.

use super::rows::CommissionRow;
use crate::ui::layout::Chrome;
use askama::Template;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/commission_decline.html")]
pub struct CommissionDeclinePage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// The commission.
    pub commission: CommissionRow,
    /// What was typed.
    pub reason: String,
    /// Why that was refused.
    pub error: Option<String>,
    /// Where to go afterwards.
    pub back: String,
}

#[cfg(test)]
impl CommissionDeclinePage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use crate::ui::layout::Section;
        let page = Self {
            chrome: Chrome::sample(Section::Commissions),
            commission: super::rows::samples::commissions().remove(0),
            reason: String::new(),
            error: None,
            back: "/dashboard/commissions".into(),
        };
        let refused = Self { error: Some("Give the partner a reason.".into()), ..page.clone() };
        vec![("commission_decline", page), ("commission_decline_refused", refused)]
    }
}
