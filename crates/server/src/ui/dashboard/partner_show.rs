//! One partner: links, clicks by outcome, customers, commissions.

use super::rows::{CommissionRow, ReferralRow};
use crate::ui::chart::Share;
use crate::ui::layout::Chrome;
use crate::ui::parts::{Badge, When};
use askama::Template;

/// One of the partner's links.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// Its id.
    pub key: String,
    /// The address to share.
    pub url: String,
    /// Where it leads.
    pub dest: String,
    /// What the partner calls it.
    pub title: String,
    /// Clicks that count, in all.
    pub clicks: String,
    /// Whether it no longer leads anywhere.
    pub archived: bool,
    /// When it was made.
    pub created: When,
}

/// Clicks with one outcome.
#[derive(Clone, Debug)]
pub struct OutcomeBar {
    /// The outcome in plain words.
    pub label: String,
    /// How many.
    pub count: String,
    /// Whether they can bring a customer.
    pub counts: bool,
    /// Compared with the commonest.
    pub share: Share,
}

/// What the form for a new link holds.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct LinkForm {
    /// The short end of the address; made up if empty.
    pub slug: String,
    /// Where the link leads.
    pub dest: String,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/partner_show.html")]
pub struct PartnerPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// Their id.
    pub key: String,
    /// Their name.
    pub name: String,
    /// Active, pending, archived.
    pub status: Badge,
    /// Whether they can be archived, or made active again.
    pub active: bool,
    /// Their public code.
    pub partner_key: String,
    /// Label and value.
    pub facts: Vec<(&'static str, String)>,
    /// Their links, newest first.
    pub links: Vec<LinkRow>,
    /// What stands before the slug in a link's address.
    pub link_prefix: String,
    /// What was typed for a new link.
    pub form: LinkForm,
    /// The field of it that was refused, and why.
    pub error: Option<(&'static str, String)>,
    /// Clicks by outcome, commonest first.
    pub outcomes: Vec<OutcomeBar>,
    /// Their latest customers.
    pub referrals: Vec<ReferralRow>,
    /// Their latest commissions.
    pub commissions: Vec<CommissionRow>,
    /// What stands, one text per currency.
    pub earned: Vec<String>,
    /// Where a decision on a commission returns to.
    pub back: String,
}

impl PartnerPage {
    /// Why the field of the new link was refused, or nothing.
    pub fn error_of(&self, field: &str) -> &str {
        self.error.as_ref().filter(|(name, _)| *name == field).map_or("", |(_, why)| why)
    }
}

#[cfg(test)]
impl PartnerPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, commissions, referrals, when};
        use crate::ui::layout::Section;
        use crate::ui::parts::Tone;
        let link = |slug: &str, dest: &str, clicks: &str, archived| LinkRow {
            key: "link_1".into(),
            url: format!("https://go.acme.test/{slug}"),
            dest: dest.into(),
            title: String::new(),
            clicks: clicks.into(),
            archived,
            created: when("12 Mar 2026"),
        };
        let outcome = |label: &str, count: &str, counts, per_mille| OutcomeBar {
            label: label.into(),
            count: count.into(),
            counts,
            share: Share { per_mille },
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Partners),
            key: "part_1".into(),
            name: "Bo Lindqvist".into(),
            status: Badge::new(Tone::Good, "Active"),
            active: true,
            partner_key: "bo-lindqvist".into(),
            facts: vec![
                ("E-mail", "bo@lindqvist.test".into()),
                ("Group", "Default".into()),
                ("Joined", "12 Mar 2026".into()),
                ("Clicks that count", "2,204".into()),
                ("Customers", "41".into()),
            ],
            links: vec![
                link("bo", "https://www.acme.test/", "1,804", false),
                link("bo-pricing", "https://www.acme.test/pricing?plan=team", "400", false),
                link("old-campaign", "https://www.acme.test/spring", "0", true),
            ],
            link_prefix: "https://go.acme.test/".into(),
            form: LinkForm { slug: String::new(), dest: "https://www.acme.test/".into() },
            error: None,
            outcomes: vec![
                outcome("Counted", "2,204", true, 1000),
                outcome("Repeated within a short time", "310", true, 141),
                outcome("Made by a bot", "122", false, 55),
                outcome("Link preview in a chat or feed", "61", false, 28),
            ],
            referrals: referrals(),
            commissions: commissions(),
            earned: vec!["€1,048.00".into()],
            back: "/dashboard/partners/part_1".into(),
        };
        let mut fresh = typical.clone();
        fresh.name = LONG.into();
        fresh.status = Badge::new(Tone::Plain, "Archived");
        fresh.active = false;
        fresh.form.slug = "bo!".into();
        fresh.error = Some(("slug", "Letters, digits and dashes only.".into()));
        (fresh.links, fresh.outcomes, fresh.referrals, fresh.commissions, fresh.earned) = Default::default();
        vec![("partner_show", typical), ("partner_show_fresh", fresh)]
    }
}
