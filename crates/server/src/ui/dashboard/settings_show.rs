//! Settings: what the program goes by, how pages look, and one's own password.

use crate::ui::layout::Chrome;
use askama::Template;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/settings_show.html")]
pub struct SettingsPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// Label, value, and what it means.
    pub program: Vec<(&'static str, String, &'static str)>,
    /// The field of the password form that was refused, and why.
    pub error: Option<(&'static str, String)>,
}

impl SettingsPage {
    /// Why the field was refused, or nothing.
    pub fn error_of(&self, field: &str) -> &str {
        self.error.as_ref().filter(|(name, _)| *name == field).map_or("", |(_, why)| why)
    }
}

#[cfg(test)]
impl SettingsPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use crate::ui::layout::Section;
        let page = Self {
            chrome: Chrome::sample(Section::Settings),
            program: vec![
                ("Site", "https://www.acme.test".into(), "Sign-ups are accepted from here and its subdomains."),
                ("Link host", "go.acme.test".into(), "Partner links begin with it."),
                ("Currency", "EUR".into(), "Used where an amount does not bring its own."),
                ("Time zone", "Europe/Berlin".into(), "Days begin and end by it."),
                ("Window", "90 days".into(), "How long after a click a sign-up still belongs to it."),
            ],
            error: None,
        };
        let refused = Self { error: Some(("current", "This is not your password.".into())), ..page.clone() };
        vec![("settings_show", page), ("settings_show_refused", refused)]
    }
}
