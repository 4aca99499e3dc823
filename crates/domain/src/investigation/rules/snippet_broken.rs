//! Case 4: the snippet stopped working on the page that the link leads to. Silence alone is no proof: the page may be
//! quiet. A check of that time that finds no tag is.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::facts::TagSeen;
use crate::investigation::verdict::CiteKind;

/// Clicks without a page view from which on silence says something.
const SILENT_CLICKS: u64 = 5;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::SnippetBroken;
    if !case.may_be_lost() {
        return Finding::Silent;
    }
    let unseen = case.fits.iter().filter(|click| case.landing_of(click).is_none());
    let gone = unseen.into_iter().find_map(|click| {
        let page = case.page(&click.dest)?;
        let last = page.last_landing_at.filter(|last| *last < click.at())?;
        Some((*click, page, last))
    });
    let Some((click, page, last)) = gone else {
        return match case.all_arrived() {
            Some(landing) => {
                ruled_out(cause, "The snippet told of this very arrival.", CiteKind::Landing, landing.key.clone())
            }
            None => Finding::Silent,
        };
    };
    let silence = format!(
        "The snippet on {}{} last told of a visitor on {}; {} visitors were sent there since.",
        page.page.host,
        page.page.path,
        case.when(last),
        page.clicks_since_last_landing
    );
    let key = format!("{}{}", page.page.host, page.page.path);
    let had = "If the snippet had still been on the page, it would have kept the click.";
    let checks = case.checks_of(click);
    let check = checks.iter().rev().find(|check| check.tag == TagSeen::Missing && check.at > last);
    if let Some(check) = check {
        return Draft::of_click(case, cause, 90, click)
            .because(silence, CiteKind::Page, key)
            .because(
                format!("A check on {} found the page without the snippet.", case.when(check.at)),
                CiteKind::LinkCheck,
                check.key.clone(),
            )
            .all(case.cite_fits())
            .had(Change::SignUpBroughtClick { click: click.id }, had)
            .holds();
    }
    if checks.iter().any(|check| check.tag == TagSeen::Found && check.at >= click.at()) {
        return Finding::Silent;
    }
    let draft = match page.clicks_since_last_landing {
        few if few < SILENT_CLICKS => Draft::unknown(cause, 40),
        _ => Draft::probable(cause, 66),
    };
    draft
        .because(silence, CiteKind::Page, key)
        .missing("Is the snippet on that page? Check the link: the check shows it.")
        .rivals(&[Cause::SnippetBlocked, Cause::RedirectDropsParameters])
        .had(Change::SignUpBroughtClick { click: click.id }, had)
        .holds()
}
