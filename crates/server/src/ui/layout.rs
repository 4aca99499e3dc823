//! What surrounds every page: the program's name, where one is, the mode, who is signed in, and the last message.

use crate::ui::parts::Tone;
use whence_domain::Mode;

/// The part of the dashboard that a page belongs to; its entry in the navigation is marked as current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The first page.
    Home,
    /// Why something was not tracked.
    Investigate,
    /// Customers that partners brought.
    Referrals,
    /// Partners and their links.
    Partners,
    /// Every request to a link.
    Clicks,
    /// What partners are promised.
    Offers,
    /// What partners earned.
    Commissions,
    /// Everything that arrived.
    Events,
    /// Snippet, keys, webhooks.
    Integrations,
    /// The program and one's own account.
    Settings,
}

/// One entry of the navigation.
pub struct NavItem {
    /// Where it leads.
    pub href: &'static str,
    /// Its drawing.
    pub icon: &'static str,
    /// Its word.
    pub label: &'static str,
    /// Whether the page belongs to it.
    pub current: bool,
    /// Whether it says how many things wait there.
    pub counts: bool,
    /// How many.
    pub waiting: i64,
}

/// The pages of the integrations, beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegrationTab {
    /// Snippet, keys, addresses.
    Overview,
    /// Trying the snippet out.
    Test,
    /// Deliveries of the payment provider.
    Webhooks,
    /// Everything that arrived.
    Events,
}

impl IntegrationTab {
    /// All of them in their order, with address and word.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Overview, "/dashboard/integrations", "Overview"),
        (Self::Test, "/dashboard/integrations/test", "Test"),
        (Self::Webhooks, "/dashboard/integrations/webhooks", "Webhooks"),
        (Self::Events, "/dashboard/events", "Events"),
    ];
}

/// A message about what was just done, shown once above the page.
#[derive(Clone, Debug)]
pub struct Flash {
    /// Its colour.
    pub tone: Tone,
    /// A sentence.
    pub text: String,
}

/// Everything around the content of a page.
#[derive(Clone, Debug)]
pub struct Chrome {
    /// The program's name.
    pub program: String,
    /// The e-mail address of the signed-in person.
    pub user: String,
    /// Live or test.
    pub mode: Mode,
    /// The token that every form of this session carries.
    pub csrf: String,
    /// `light` or `dark` if the person chose one, else empty.
    pub theme: &'static str,
    /// Where in the dashboard we are.
    pub section: Section,
    /// Commissions that wait for a decision.
    pub waiting: i64,
    /// What was just done.
    pub flash: Option<Flash>,
}

impl Chrome {
    /// Whether the page shows test data.
    pub fn is_test(&self) -> bool {
        self.mode == Mode::Test
    }

    /// The navigation, with the current entry marked.
    pub fn nav(&self) -> Vec<NavItem> {
        [
            (Section::Home, "/dashboard", "home", "Home"),
            (Section::Investigate, "/dashboard/investigate", "investigate", "Investigate"),
            (Section::Referrals, "/dashboard/referrals", "referrals", "Referrals"),
            (Section::Partners, "/dashboard/partners", "partners", "Partners"),
            (Section::Clicks, "/dashboard/clicks", "clicks", "Clicks"),
            (Section::Commissions, "/dashboard/commissions", "commissions", "Commissions"),
            (Section::Offers, "/dashboard/offers", "offers", "Offers"),
            (Section::Events, "/dashboard/events", "events", "Events"),
            (Section::Integrations, "/dashboard/integrations", "integrations", "Integrations"),
            (Section::Settings, "/dashboard/settings", "settings", "Settings"),
        ]
        .into_iter()
        .map(|(section, href, icon, label)| NavItem {
            href,
            icon,
            label,
            current: section == self.section,
            counts: section == Section::Commissions,
            waiting: self.waiting,
        })
        .collect()
    }

    #[cfg(test)]
    pub(crate) fn sample(section: Section) -> Self {
        Self {
            program: "Acme Shop".into(),
            user: "mara@acme.test".into(),
            mode: Mode::Live,
            csrf: "sample-token".into(),
            theme: "",
            section,
            waiting: 3,
            flash: None,
        }
    }
}
