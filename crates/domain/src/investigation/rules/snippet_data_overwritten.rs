//! Case 7: the page replaced the snippet's object. The snippet's own word makes it probable, a check that shows the code
//! determines it. A missing customer key proves nothing: it is optional.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::SnippetDataOverwritten;
    if !case.may_be_lost() {
        return Finding::Silent;
    }
    let had = "If the page had left the snippet’s object alone, the sign-up would have brought the click along.";
    let change = match case.fits.first() {
        Some(click) => Change::SignUpBroughtClick { click: click.id },
        None => Change::SignUpBroughtAClick,
    };
    if let Some((click, check)) = case.checked(|check| check.overwritten_at.is_some()) {
        let line = check.overwritten_at.unwrap_or_default();
        return Draft::of_click(case, cause, 88, click)
            .because(
                format!(
                    "A check on {} found code on line {line} of the page that replaces the snippet’s object.",
                    case.when(check.at)
                ),
                CiteKind::LinkCheck,
                check.key.clone(),
            )
            .all(case.cite_fits())
            .had(Change::SignUpBroughtClick { click: click.id }, had)
            .holds();
    }
    let told = case.fits.iter().find_map(|click| {
        case.facts.landings.iter().find(|landing| landing.click == Some(click.id) && landing.problems.contains(&cause))
    });
    let near = case.landings_before().find(|landing| landing.problems.contains(&cause));
    let by_sign_up = case.sign_up().filter(|sign_up| sign_up.problems.contains(&cause));
    let draft = match (told, near, by_sign_up) {
        (Some(landing), ..) => Draft::probable(cause, 86).because(
            format!("On {} the snippet told that the page had replaced its object.", case.when(landing.at)),
            CiteKind::Landing,
            landing.key.clone(),
        ),
        (None, _, Some(sign_up)) if !case.fits.is_empty() => Draft::probable(cause, 80).because(
            "The sign-up’s page told that the snippet’s object had been replaced.",
            CiteKind::SignUp,
            sign_up.claim.to_string(),
        ),
        (None, Some(landing), None) if !case.fits.is_empty() => Draft::probable(cause, 62).because(
            format!("On {} the snippet told that the page had replaced its object.", case.when(landing.at)),
            CiteKind::Landing,
            landing.key.clone(),
        ),
        _ => return Finding::Silent,
    };
    draft
        .all(case.cite_fits())
        .missing("Does the page assign its own value to growsumo or growsumo.data? A check of the page shows the line.")
        .rivals(&[Cause::SignupCallMissing, Cause::CookiesCleared])
        .had(change, had)
        .holds()
}
