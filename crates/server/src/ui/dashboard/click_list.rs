//! Clicks: every request to a link, with what became of it.

use super::partner_create::Choice;
use super::rows::Ref;
use crate::ui::layout::Chrome;
use crate::ui::parts::{Badge, Pager, When};
use askama::Template;

/// What the list is narrowed to; lives in the address.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Filters {
    /// A partner key.
    pub partner: String,
    /// An outcome's code, or empty.
    pub outcome: String,
    /// The last row of the page before.
    pub after: String,
}

impl Filters {
    /// Whether anything is narrowed at all.
    pub fn is_empty(&self) -> bool {
        self.partner.is_empty() && self.outcome.is_empty()
    }
}

/// A click in the list.
#[derive(Clone, Debug)]
pub struct ClickRow {
    /// When.
    pub at: When,
    /// Whose link, if it is known.
    pub partner: Option<Ref>,
    /// The short end of the link's address.
    pub link_key: String,
    /// What became of it.
    pub outcome: Badge,
    /// What that means, in a sentence.
    pub meaning: &'static str,
    /// `Phone`, `Computer`; nothing if it is not known.
    pub device: String,
    /// The click id.
    pub click_id: String,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/click_list.html")]
pub struct ClickListPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// What it is narrowed to.
    pub filters: Filters,
    /// The outcomes to choose from.
    pub outcomes: Vec<Choice>,
    /// The clicks, newest first.
    pub rows: Vec<ClickRow>,
    /// The neighbouring pages.
    pub pager: Pager,
}

/// An outcome of a click in plain words: how it feels, what it is called, what it means.
pub fn outcome_words(code: &str) -> (crate::ui::parts::Tone, &'static str, &'static str) {
    use crate::ui::parts::Tone::{Accent, Bad, Good, Plain, Wait};
    match code {
        "counted" => (Good, "Counted", "A person followed the link."),
        "repeat" => (Accent, "Repeat", "The same visitor followed the same link shortly before. It still brings a customer."),
        "burst" => (Wait, "Burst", "One of very many clicks at once. It still brings a customer, but look at it."),
        "bot" => (Plain, "Bot", "The visitor said that it is a program. Kept, not counted."),
        "scanner" => (Plain, "Mail scanner", "A security scanner opened the link to check it. Kept, not counted."),
        "preview" => (Plain, "Link preview", "A chat or social network fetched it to draw a preview. Kept, not counted."),
        "prefetch" => (Plain, "Loaded ahead", "A browser loaded it before anybody clicked. Counted if the page is then seen."),
        "head" => (Plain, "Only checked", "Something asked whether the link works, without opening it. Kept, not counted."),
        "not_navigation" => (Plain, "Not opened", "A page loaded it in the background; nobody opened it. Kept, not counted."),
        "own" => (Plain, "Our own", "Made by staff, by our own checks, or by partners testing their own link."),
        "inactive" => (Bad, "Link not active", "The link or its partner was archived, so the visitor saw a page saying so."),
        "unknown" => (Bad, "No such link", "No link has this address. Perhaps a typing mistake in what was shared."),
        "unrecorded" => (Bad, "Not stored", "The visitor was redirected, but the click could not be stored."),
        _ => (Plain, "Other", "An outcome that this version does not know."),
    }
}

/// Every outcome's code, in the order in which a list offers them.
pub const OUTCOMES: [&str; 13] = [
    "counted",
    "repeat",
    "burst",
    "bot",
    "scanner",
    "preview",
    "prefetch",
    "head",
    "not_navigation",
    "own",
    "inactive",
    "unknown",
    "unrecorded",
];

#[cfg(test)]
impl ClickListPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, when};
        use crate::ui::layout::Section;
        let choice = |code: &str| {
            let (_, label, _) = outcome_words(code);
            Choice { value: code.into(), label: label.into(), selected: false }
        };
        let row = |code: &str, partner: Option<&str>, link_key: &str, device: &str, at: &str| {
            let (tone, label, meaning) = outcome_words(code);
            ClickRow {
                at: when(at),
                partner: partner.map(|name| Ref::partner("part_1", name)),
                link_key: link_key.into(),
                outcome: Badge::new(tone, label),
                meaning,
                device: device.into(),
                click_id: "4Zk0pQ81nB7cXw2Rt9LmVd3yHs5GaJ6e".into(),
            }
        };
        let typical = Self {
            chrome: Chrome::sample(Section::Clicks),
            filters: Filters::default(),
            outcomes: OUTCOMES.iter().map(|code| choice(code)).collect(),
            rows: vec![
                row("counted", Some("Bo Lindqvist"), "bo", "Phone", "just now"),
                row("repeat", Some("Bo Lindqvist"), "bo", "Phone", "2 min ago"),
                row("preview", Some("Tomás Ferreira"), "tf-guide", "", "1 h ago"),
                row("unknown", None, "bo-lindquist", "Computer", "yesterday"),
                row("bot", Some(LONG), &"slug-".repeat(12), "", "12 Mar 2026"),
            ],
            pager: Pager { first: None, next: Some("/dashboard/clicks?after=x".into()) },
        };
        let empty = Self { rows: Vec::new(), pager: Pager::default(), ..typical.clone() };
        vec![("click_list", typical), ("click_list_empty", empty)]
    }
}
