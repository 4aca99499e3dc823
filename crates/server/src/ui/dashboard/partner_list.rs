//! Partners: everybody who takes part in the program.

use super::rows::Ref;
use crate::ui::layout::Chrome;
use crate::ui::parts::{Badge, Pager, When};
use askama::Template;

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

#[cfg(test)]
impl PartnerListPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, when};
        use crate::ui::layout::Section;
        use crate::ui::parts::Tone;
        let row = |name: &str, email: &str, key: &str, status: Badge, clicks: &str, customers: &str, earned: &[&str]| PartnerRow {
            partner: Ref::partner("part_1", name),
            email: email.into(),
            partner_key: key.into(),
            group: "Default".into(),
            status,
            clicks: clicks.into(),
            customers: customers.into(),
            earned: earned.iter().map(|&text| text.to_owned()).collect(),
            joined: when("12 Mar 2026"),
        };
        let active = || Badge::new(Tone::Good, "Active");
        let typical = Self {
            chrome: Chrome::sample(Section::Partners),
            filters: Filters::default(),
            decoded: None,
            rows: vec![
                row("Bo Lindqvist", "bo@lindqvist.test", "bo-lindqvist", active(), "2,204", "41", &["€1,048.00"]),
                row("Tomás Ferreira", "tomas@ferreira.test", "tferreira", active(), "890", "22", &["€622.00", "$19.80"]),
                row("The Growth Letter", "hi@growth.test", "growth", Badge::new(Tone::Plain, "Archived"), "12", "0", &[]),
                row(LONG, "ridiculously.long.address@subdomain.company.example", &"k".repeat(64), active(), "0", "0", &[]),
            ],
            pager: Pager { first: Some("/dashboard/partners".into()), next: Some("/dashboard/partners?after=x".into()) },
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
