//! A redirect on the way to the page drops what the link adds to the address. A check shows the hop.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::facts::ParametersSeen;
use crate::investigation::verdict::CiteKind;

/// Arrivals without a click from which on they say something.
const BARE_ARRIVALS: u64 = 5;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::RedirectDropsParameters;
    let had = "If the redirect had kept the address’s parameters, the snippet would have found the click.";
    let lost = case.checked(|check| matches!(check.parameters, ParametersSeen::LostAt(_)));
    if let (Some((click, check)), true) = (lost, case.may_be_lost()) {
        let ParametersSeen::LostAt(hop) = &check.parameters else { return Finding::Silent };
        return Draft::of_click(case, cause, 93, click)
            .because(
                format!(
                    "A check on {} lost the link’s parameters at {hop}, which redirects without them.",
                    case.when(check.at)
                ),
                CiteKind::LinkCheck,
                check.key.clone(),
            )
            .all(case.cite_fits())
            .had(Change::SignUpBroughtClick { click: click.id }, had)
            .holds();
    }
    if let Some((_, check)) = case.checked(|check| check.parameters == ParametersSeen::Kept) {
        let text = format!("A check on {} found the link’s parameters on the final page.", case.when(check.at));
        return ruled_out(cause, text, CiteKind::LinkCheck, check.key.clone());
    }
    let bare = case.fits.iter().find(|click| {
        case.page(&click.dest).is_some_and(|page| {
            page.landings_with_click == 0 && page.landings >= BARE_ARRIVALS && page.clicks >= BARE_ARRIVALS
        })
    });
    let (Some(click), true) = (bare, case.may_be_lost()) else { return Finding::Silent };
    Draft::probable(cause, 60)
        .because(
            format!("Visitors arrive on {}{}, but none of them with a click.", click.dest.host, click.dest.path),
            CiteKind::Page,
            format!("{}{}", click.dest.host, click.dest.path),
        )
        .missing("Does the destination redirect once more? A check of the link shows each hop.")
        .rivals(&[Cause::ParametersStrippedByBrowser, Cause::SnippetLoadedTooLate])
        .had(Change::SignUpBroughtClick { click: click.id }, had)
        .holds()
}
