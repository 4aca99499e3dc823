//! Offers: what partners are promised.

use crate::ui::layout::Chrome;
use askama::Template;

/// An offer as a card.
#[derive(Clone, Debug)]
pub struct OfferCard {
    /// Its id.
    pub key: String,
    /// `20%`, `€50.00`.
    pub terms: String,
    /// `of every payment`, `for a sign-up`.
    pub trigger: String,
    /// The company's own description.
    pub description: String,
    /// Sentences: `For the first 3 payments of a customer`, `Held for 30 days`.
    pub limits: Vec<String>,
    /// `Every group`, or the name of one.
    pub group: String,
    /// `€1,204.00 earned`, or `nothing yet`.
    pub earned: String,
    /// Whether it earns nothing any more.
    pub archived: bool,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/offer_list.html")]
pub struct OfferListPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// Those that earn.
    pub current: Vec<OfferCard>,
    /// Those that did.
    pub archived: Vec<OfferCard>,
}

#[cfg(test)]
impl OfferListPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::LONG;
        use crate::ui::layout::Section;
        let card = |terms: &str, trigger: &str, description: &str, limits: &[&str], archived| OfferCard {
            key: "offer_1".into(),
            terms: terms.into(),
            trigger: trigger.into(),
            description: description.into(),
            limits: limits.iter().map(|&limit| limit.to_owned()).collect(),
            group: "Every group".into(),
            earned: "€1,204.00 earned".into(),
            archived,
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Offers),
            current: vec![
                card("20%", "of every payment", "Standard", &["For the first 12 payments of a customer", "Held for 30 days"], false),
                card("€50.00", "for a sign-up", "Spring push", &[], false),
                card("12.5%", "of the first payment", LONG, &["At most €500.00 per customer"], false),
            ],
            archived: vec![card("30%", "of every payment", "Launch month", &[], true)],
        };
        let empty = Self { current: Vec::new(), archived: Vec::new(), ..typical.clone() };
        vec![("offer_list", typical), ("offer_list_empty", empty)]
    }
}
