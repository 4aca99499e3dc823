//! The page changed its address before the snippet ran.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::SnippetLoadedTooLate;
    if !case.may_be_lost() {
        return Finding::Silent;
    }
    let change =
        case.fits.first().map_or(Change::SignUpBroughtAClick, |click| Change::SignUpBroughtClick { click: click.id });
    let had = "If the snippet had run first, it would have found the click in the address.";
    let landed = case.fits.iter().find_map(|click| {
        case.facts.landings.iter().find(|landing| landing.click == Some(click.id) && landing.problems.contains(&cause))
    });
    let landed = landed.or_else(|| case.landings_before().find(|landing| landing.problems.contains(&cause)));
    let told = case.sign_up().filter(|sign_up| sign_up.problems.contains(&cause));
    let draft = match (landed, told) {
        (Some(landing), _) => Draft::probable(cause, 76).because(
            format!("On {} the snippet told that the address had changed before it ran.", case.when(landing.at)),
            CiteKind::Landing,
            landing.key.clone(),
        ),
        (None, Some(sign_up)) => Draft::probable(cause, 73).because(
            "The page of the sign-up told that the address had changed before it ran.",
            CiteKind::SignUp,
            sign_up.claim.to_string(),
        ),
        (None, None) => return Finding::Silent,
    };
    let draft = if case.weighs_little() { draft.doubted() } else { draft };
    draft
        .all(case.cite_fits())
        .missing("Does the page rewrite its address before the snippet loads?")
        .rivals(&[Cause::CookiesCleared])
        .had(change, had)
        .holds()
}
