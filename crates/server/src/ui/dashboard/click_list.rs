//! Clicks: every request to a link, with what became of it.

use super::partner_create::Choice;
use super::rows::Ref;
use crate::store::dashboard::clicks;
use crate::ui::answer::{UiError, page};
use crate::ui::layout::Chrome;
use crate::ui::layout::Section;
use crate::ui::parts::{Badge, Pager, When};
use crate::ui::visitor::{Narrowed, Visitor};
use askama::Template;
use axum::response::Response;
use whence_domain::tracking::Outcome;

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
        "repeat" => {
            (Accent, "Repeat", "The same visitor followed the same link shortly before. It still brings a customer.")
        }
        "burst" => (Wait, "Burst", "One of very many clicks at once. It still brings a customer, but look at it."),
        "bot" => (Plain, "Bot", "The visitor said that it is a program. Kept, not counted."),
        "scanner" => (Plain, "Mail scanner", "A security scanner opened the link to check it. Kept, not counted."),
        "preview" => {
            (Plain, "Link preview", "A chat or social network fetched it to draw a preview. Kept, not counted.")
        }
        "prefetch" => {
            (Plain, "Loaded ahead", "A browser loaded it before anybody clicked. Counted if the page is then seen.")
        }
        "head" => {
            (Plain, "Only checked", "Something asked whether the link works, without opening it. Kept, not counted.")
        }
        "not_navigation" => {
            (Plain, "Not opened", "A page loaded it in the background; nobody opened it. Kept, not counted.")
        }
        "own" => (Plain, "Our own", "Made by staff, by our own checks, or by partners testing their own link."),
        "inactive" => {
            (Bad, "Link not active", "The link or its partner was archived, so the visitor saw a page saying so.")
        }
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

/// How many clicks a page lists.
const SHOWN: usize = 50;

/// `GET /dashboard/clicks`.
pub async fn list(visitor: Visitor, Narrowed(filters): Narrowed<Filters>) -> Result<Response, UiError> {
    let mut conn = visitor.app.store.read().await?;
    let partner = super::partner_list::partner_of(&mut conn, &visitor.tenant, &filters.partner).await?;
    let found = match partner {
        Some(partner) => {
            let outcome = Outcome::parse(&filters.outcome);
            let filter = clicks::Filter { partner, outcome, after: read_place(&filters.after) };
            clicks::list(&mut conn, &visitor.tenant, &filter, SHOWN as i64 + 1).await?
        }
        None => Vec::new(),
    };
    let last = found.get(SHOWN - 1).filter(|_| found.len() > SHOWN).map(|row| write_place(row.place));
    let query = [("partner", filters.partner.as_str()), ("outcome", &filters.outcome)];
    let shown = ClickListPage {
        chrome: visitor.chrome(Section::Clicks),
        outcomes: choices(&filters.outcome),
        rows: found.iter().take(SHOWN).map(|row| click_row(&visitor, row)).collect(),
        pager: Pager::of("/dashboard/clicks", &query, &filters.after, last.as_deref()),
        filters,
    };
    page(&visitor, &shown)
}

fn choices(chosen: &str) -> Vec<Choice> {
    let choice = |code: &&str| Choice {
        value: (*code).to_owned(),
        label: outcome_words(code).1.to_owned(),
        selected: *code == chosen,
    };
    OUTCOMES.iter().map(choice).collect()
}

fn click_row(visitor: &Visitor, row: &clicks::Listed) -> ClickRow {
    let (tone, label, meaning) = outcome_words(row.outcome.as_str());
    let upgraded = row.upgraded && !row.outcome.attributes();
    ClickRow {
        at: visitor.calendar.when(row.at),
        partner: row.partner.as_ref().map(|partner| Ref::partner(partner.id.as_str(), &partner.name)),
        link_key: row.link_key.clone(),
        outcome: if upgraded {
            Badge::new(crate::ui::parts::Tone::Good, "Counted later")
        } else {
            Badge::new(tone, label)
        },
        meaning: if upgraded { "It looked like a machine's, but a page view or a sign-up followed." } else { meaning },
        device: device(&row.device, &row.browser),
        click_id: row.click_id.clone(),
    }
}

/// `Phone, Safari`: what is known of it, with capital letters.
pub fn device(device: &str, browser: &str) -> String {
    let known = |text: &&str| !text.is_empty() && !matches!(*text, "unknown" | "other");
    let device = if device == "desktop" { "computer" } else { device };
    let parts: Vec<String> = [device, browser].into_iter().filter(known).map(capital).collect();
    parts.join(", ")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect()).replace('_', " ")
}

fn read_place(text: &str) -> Option<(i64, i64, i64)> {
    let mut numbers = text.split('.').map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next()??, numbers.next()??))
}

fn write_place((a, b, c): (i64, i64, i64)) -> String {
    format!("{a}.{b}.{c}")
}

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
