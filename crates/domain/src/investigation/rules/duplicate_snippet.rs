//! Two snippets run on one page.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::DuplicateSnippet;
    if !case.may_be_lost() {
        return Finding::Silent;
    }
    let change =
        case.fits.first().map_or(Change::SignUpBroughtAClick, |click| Change::SignUpBroughtClick { click: click.id });
    let had = "With one snippet on the page, the sign-up would have brought the click along.";
    if let Some((click, check)) = case.checked(|check| check.duplicate) {
        return Draft::of_click(case, cause, 58, click)
            .because(
                format!("A check on {} found the snippet on the page twice.", case.when(check.at)),
                CiteKind::LinkCheck,
                check.key.clone(),
            )
            .all(case.cite_fits())
            .had(Change::SignUpBroughtClick { click: click.id }, had)
            .holds();
    }
    let landed = case.fits.iter().find_map(|click| {
        case.facts.landings.iter().find(|landing| landing.click == Some(click.id) && landing.problems.contains(&cause))
    });
    let landed = landed.or_else(|| case.landings_before().find(|landing| landing.problems.contains(&cause)));
    let told = case.sign_up().filter(|sign_up| sign_up.problems.contains(&cause));
    let draft = match (landed, told) {
        (Some(landing), _) => Draft::probable(cause, 50).because(
            format!("On {} the snippet told that another snippet runs on the same page.", case.when(landing.at)),
            CiteKind::Landing,
            landing.key.clone(),
        ),
        (None, Some(sign_up)) => Draft::probable(cause, 47).because(
            "The page of the sign-up told that another snippet runs on the same page.",
            CiteKind::SignUp,
            sign_up.claim.to_string(),
        ),
        (None, None) => return Finding::Silent,
    };
    let draft = if case.weighs_little() { draft.doubted() } else { draft };
    draft
        .all(case.cite_fits())
        .missing("Is the tag on the page twice?")
        .rivals(&[Cause::CookiesCleared])
        .had(change, had)
        .holds()
}
