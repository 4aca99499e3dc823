//! Adding a partner.

use crate::ui::layout::Chrome;
use askama::Template;

/// What the form holds.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Form {
    /// Their name.
    pub name: String,
    /// Their e-mail.
    pub email: String,
    /// The wished partner key; made from the name if empty.
    pub partner_key: String,
    /// The group.
    pub group: String,
}

/// A choice in a list.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What it reads.
    pub label: String,
    /// Whether it is chosen.
    pub selected: bool,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/partner_create.html")]
pub struct PartnerCreatePage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What was typed.
    pub form: Form,
    /// The groups to choose from.
    pub groups: Vec<Choice>,
    /// The field that was refused, and why.
    pub error: Option<(&'static str, String)>,
}

impl PartnerCreatePage {
    /// Why the field was refused, or nothing.
    pub fn error_of(&self, field: &str) -> &str {
        self.error.as_ref().filter(|(name, _)| *name == field).map_or("", |(_, why)| why)
    }
}

#[cfg(test)]
impl PartnerCreatePage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use crate::ui::layout::Section;
        let fresh = Self {
            chrome: Chrome::sample(Section::Partners),
            form: Form::default(),
            groups: vec![
                Choice { value: "grup_1".into(), label: "Default".into(), selected: true },
                Choice { value: "grup_2".into(), label: "Agencies & \"friends\"".into(), selected: false },
            ],
            error: None,
        };
        let refused = Self {
            form: Form { name: "Bo".into(), email: "bo@".into(), ..Form::default() },
            error: Some(("email", "This is not an e-mail address.".into())),
            ..fresh.clone()
        };
        vec![("partner_create", fresh), ("partner_create_refused", refused)]
    }
}
