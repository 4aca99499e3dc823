//! Case 9: the page that the link leads to has no snippet. Where the link's host lies on the company's own site the
//! redirect sets the cookies, and nothing is lost; elsewhere nobody keeps the click, in Safari above all.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::facts::TagSeen;
use crate::investigation::verdict::CiteKind;
use crate::tracking::agent::Engine;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::SnippetMissingOnLandingPage;
    if let Some(landing) = case.all_arrived() {
        return ruled_out(
            cause,
            "The snippet on the landing page told of the arrival.",
            CiteKind::Landing,
            landing.key.clone(),
        );
    }
    if !case.may_be_lost() {
        return Finding::Silent;
    }
    let never = |dest| case.page(dest).is_none_or(|page| page.first_landing_at.is_none());
    let Some(click) = case.fits.iter().find(|click| never(&click.dest)) else { return Finding::Silent };
    let checks = case.checks_of(click);
    if checks.iter().any(|check| check.tag == TagSeen::Found && check.at <= click.at()) {
        return Finding::Silent;
    }
    let address = format!("{}{}", click.dest.host, click.dest.path);
    let silence = format!("The snippet has never told of a visitor on {address}, where the link leads.");
    let missing = checks.iter().rev().find(|check| check.tag == TagSeen::Missing);
    let mut draft = match missing {
        Some(check) => Draft::of_click(case, cause, 89, click).because(
            format!("A check on {} found the page without the snippet.", case.when(check.at)),
            CiteKind::LinkCheck,
            check.key.clone(),
        ),
        None => Draft::unknown(cause, 52),
    };
    draft = draft.because(silence, CiteKind::Page, address).all(case.cite_fits());
    if click.agent.engine == Engine::Webkit {
        draft = draft.because(
            "The click was made with Safari or a browser like it, which lets nobody else keep it.",
            CiteKind::Click,
            click.xid.clone(),
        );
    }
    draft
        .missing("Is the snippet on that page? A check of the link shows it.")
        .rivals(&[Cause::SnippetBlocked, Cause::ScriptsDisabled])
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If the page had had the snippet, it would have kept the click for the sign-up.",
        )
        .holds()
}
