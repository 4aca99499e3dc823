//! Making an offer.

use super::partner_create::Choice;
use crate::ui::layout::Chrome;
use askama::Template;

/// What the form holds.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(default)]
pub struct Form {
    /// The company's own name for it.
    pub description: String,
    /// `transaction` or `signup`.
    pub trigger: String,
    /// `percent` or `flat`.
    pub terms: String,
    /// `20`, if percent.
    pub rate: String,
    /// `50.00`, if flat.
    pub amount: String,
    /// The currency of the amount.
    pub currency: String,
    /// How many payments of a customer earn; empty for all.
    pub first_n: String,
    /// For how many months after sign-up; empty for ever.
    pub months: String,
    /// At most so much per customer; empty for no limit.
    pub cap: String,
    /// For how many days a commission waits.
    pub hold_days: String,
    /// The group; empty for every group.
    pub group: String,
}

impl Default for Form {
    fn default() -> Self {
        let empty = String::new;
        Self {
            description: empty(),
            trigger: "transaction".into(),
            terms: "percent".into(),
            rate: "20".into(),
            amount: empty(),
            currency: "USD".into(),
            first_n: empty(),
            months: empty(),
            cap: empty(),
            hold_days: "0".into(),
            group: empty(),
        }
    }
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/offer_create.html")]
pub struct OfferCreatePage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What was typed.
    pub form: Form,
    /// The groups to choose from.
    pub groups: Vec<Choice>,
    /// The field that was refused, and why.
    pub error: Option<(&'static str, String)>,
}

impl OfferCreatePage {
    /// Why the field was refused, or nothing.
    pub fn error_of(&self, field: &str) -> &str {
        self.error.as_ref().filter(|(name, _)| *name == field).map_or("", |(_, why)| why)
    }
}

#[cfg(test)]
impl OfferCreatePage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use crate::ui::layout::Section;
        let fresh = Self {
            chrome: Chrome::sample(Section::Offers),
            form: Form::default(),
            groups: vec![Choice { value: "grup_1".into(), label: "Default".into(), selected: false }],
            error: None,
        };
        let mut refused = fresh.clone();
        refused.form.rate = "120".into();
        refused.error = Some(("rate", "A share of at most 100%.".into()));
        vec![("offer_create", fresh), ("offer_create_refused", refused)]
    }
}
