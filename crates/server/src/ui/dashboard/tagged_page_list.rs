//! The pages of the company's site: those that run the snippet, and those that do not although links lead there.

use crate::flows::tracking::try_snippet::problems;
use crate::store::StoreError;
use crate::store::dashboard::tagged_pages::{self, Counted, Missing, Told};
use crate::ui::answer::{UiError, page};
use crate::ui::format::{count, counted};
use crate::ui::layout::{Chrome, Section};
use crate::ui::parts::When;
use crate::ui::visitor::Visitor;
use crate::ui::words;
use askama::Template;
use axum::response::Response;
use std::collections::{BTreeMap, BTreeSet};
use whence_domain::Instant;
use whence_domain::investigation::facts::PageName;

/// How many days are looked back.
const DAYS: i64 = 30;
/// How many pages are listed.
const SHOWN: i64 = 500;
/// How many of the latest page views are asked what the snippet said of itself.
const ASKED: i64 = 2_000;

/// A page that runs the snippet.
#[derive(Clone, Debug)]
pub struct TaggedRow {
    /// Host and path.
    pub page: String,
    /// When it was last heard of.
    pub last: When,
    /// Page views in thirty days.
    pub views: String,
    /// The share of those whose cookie did not hold; empty if all did.
    pub blocked: String,
    /// Versions of the snippet.
    pub versions: String,
    /// What the snippet found wrong.
    pub problems: Vec<String>,
}

/// A page that does not.
#[derive(Clone, Debug)]
pub struct BareRow {
    /// Host and path.
    pub page: String,
    /// How it is known.
    pub why: String,
    /// When the tag was last looked for there; none if only clicks tell.
    pub checked: Option<When>,
}

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "dashboard/tagged_page_list.html")]
pub struct TaggedPageListPage {
    /// What surrounds it.
    pub chrome: Chrome,
    /// Pages without the snippet.
    pub bare: Vec<BareRow>,
    /// Pages with it.
    pub tagged: Vec<TaggedRow>,
}

/// `GET /dashboard/integrations/test/pages`.
pub async fn list(visitor: Visitor) -> Result<Response, UiError> {
    let shown = assemble(&visitor).await?;
    page(&visitor, &shown)
}

async fn assemble(visitor: &Visitor) -> Result<TaggedPageListPage, StoreError> {
    visitor.app.drain_barrier().await;
    let first = visitor.calendar.last_days(DAYS).into_iter().next();
    let (day, since) = first.map_or((String::new(), visitor.calendar.now), |day| (day.key, day.start));
    let mut conn = visitor.app.store.read().await?;
    let tenant = &visitor.tenant;
    let pages = tagged_pages::list(&mut conn, tenant, &day, SHOWN).await?;
    let missing = tagged_pages::list_missing(&mut conn, tenant, since, SHOWN).await?;
    let told = tagged_pages::list_told(&mut conn, tenant, since, ASKED).await?;
    Ok(TaggedPageListPage {
        chrome: visitor.chrome(Section::Integrations),
        bare: bare(visitor, &pages, missing),
        tagged: tagged(visitor, &pages, &told),
    })
}

/// Pages without the tag by a look at them, then those that clicks led to and that were never heard of. A page that was
/// heard of after the look runs the snippet by now.
fn bare(visitor: &Visitor, pages: &[Counted], missing: Vec<Missing>) -> Vec<BareRow> {
    // Daily counts fold what varies in a path; a look names it as it is.
    let name = |missing: &Missing| PageName::of(&missing.host, &missing.path);
    let heard_after = |missing: &Missing| {
        let name = name(missing);
        let is_it = |page: &&Counted| page.host == name.host && page.path == name.path;
        pages.iter().find(is_it).is_some_and(|page| page.last_at > Some(missing.checked_at))
    };
    let looked_at: BTreeSet<(String, String)> = missing.iter().map(name).map(|name| (name.host, name.path)).collect();
    let mut rows: Vec<BareRow> = missing
        .into_iter()
        .filter(|missing| !heard_after(missing))
        .map(|missing| BareRow {
            page: format!("{}{}", missing.host, missing.path),
            why: "The last look found no snippet there.".into(),
            checked: Some(visitor.calendar.when(Instant::from_micros(missing.checked_at))),
        })
        .collect();
    let silent = pages.iter().filter(|page| {
        page.views == 0 && page.clicks > 0 && !looked_at.contains(&(page.host.clone(), page.path.clone()))
    });
    rows.extend(silent.map(|page| BareRow {
        page: format!("{}{}", page.host, page.path),
        why: format!("{} led there in 30 days, and it was never heard of.", counted(page.clicks, "click", "clicks")),
        checked: None,
    }));
    rows
}

/// What the snippet of one page said of itself: its versions, and the problems it told.
type Said<'a> = (BTreeSet<&'a str>, BTreeSet<String>);

fn tagged(visitor: &Visitor, pages: &[Counted], told: &[Told]) -> Vec<TaggedRow> {
    let mut said: BTreeMap<(&str, &str), Said<'_>> = BTreeMap::new();
    for told in told {
        let (Some(host), Some(path)) = (&told.page_host, &told.page_template) else { continue };
        let (versions, troubles) = said.entry((host, path)).or_default();
        versions.extend(told.snippet.as_deref());
        troubles.extend(problems(&told.problems));
    }
    pages
        .iter()
        .filter_map(|page| {
            let last = page.last_at.filter(|_| page.views > 0)?;
            let (versions, troubles) = said.remove(&(page.host.as_str(), page.path.as_str())).unwrap_or_default();
            Some(TaggedRow {
                page: format!("{}{}", page.host, page.path),
                last: visitor.calendar.when(Instant::from_micros(last)),
                views: count(page.views),
                blocked: share(page.cookie_failed, page.views),
                versions: versions.into_iter().collect::<Vec<_>>().join(", "),
                problems: troubles.iter().map(|trouble| words::problem(trouble)).collect(),
            })
        })
        .collect()
}

/// `3 of 40 (8%)`; nothing if there is none.
fn share(part: i64, whole: i64) -> String {
    match part {
        0 => String::new(),
        _ => format!("{} of {} ({}%)", count(part), count(whole), (part * 100 + whole / 2) / whole.max(1)),
    }
}

#[cfg(test)]
impl TaggedPageListPage {
    pub(crate) fn samples() -> Vec<(&'static str, Self)> {
        use super::rows::samples::{LONG, when};
        let row = |page: &str, blocked: &str, problems: &[&str]| TaggedRow {
            page: page.into(),
            last: when("4 min ago"),
            views: "1,204".into(),
            blocked: blocked.into(),
            versions: "1.0.0, 1.1.0".into(),
            problems: problems.iter().map(|&problem| problem.to_owned()).collect(),
        };
        let full = Self {
            chrome: Chrome::sample(Section::Integrations),
            bare: vec![
                BareRow {
                    page: "www.acme.test/spring".into(),
                    why: "The last look found no snippet there.".into(),
                    checked: Some(when("yesterday")),
                },
                BareRow {
                    page: format!("blog.acme.test/{LONG}"),
                    why: "14 clicks led there in 30 days, and it was never heard of.".into(),
                    checked: None,
                },
            ],
            tagged: vec![
                row("www.acme.test/", "", &[]),
                row("app.acme.test/sign-up", "31 of 1,204 (3%)", &["snippet data overwritten"]),
            ],
        };
        let empty = Self { bare: Vec::new(), tagged: Vec::new(), ..full.clone() };
        vec![("tagged_page_list", full), ("tagged_page_list_empty", empty)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_and_nothing_is_said_of_none() {
        assert_eq!(share(0, 40), "");
        assert_eq!(share(3, 40), "3 of 40 (8%)");
        assert_eq!(share(1, 1), "1 of 1 (100%)");
    }
}
