//! What the rules share that rest on the snippet's own word of where it stands. A hint: it explains and never proves.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;

/// A cause that the snippet tells by its code.
pub(super) struct Told {
    /// The cause.
    pub cause: Cause,
    /// How well it explains a loss, told on arrival; told with the sign-up, three less.
    pub strength: u8,
    /// What was told, to follow "told that".
    pub what: &'static str,
    /// The question that settles it.
    pub missing: &'static str,
    /// What would have changed the outcome.
    pub had: &'static str,
}

/// What the arrivals and the sign-up told.
pub(super) fn answer(case: &Case<'_>, told: &Told) -> Finding {
    let cause = told.cause;
    if !case.may_be_lost() {
        return Finding::Silent;
    }
    let landed = case.fits.iter().find_map(|click| {
        case.facts.landings.iter().find(|landing| landing.click == Some(click.id) && landing.problems.contains(&cause))
    });
    let landed = landed.or_else(|| case.landings_before().find(|landing| landing.problems.contains(&cause)));
    let by_sign_up = case.sign_up().filter(|sign_up| sign_up.problems.contains(&cause));
    let draft = match (landed, by_sign_up) {
        (Some(landing), _) => Draft::probable(cause, told.strength).because(
            format!("On {} the snippet told that {}.", case.when(landing.at), told.what),
            CiteKind::Landing,
            landing.key.clone(),
        ),
        (None, Some(sign_up)) => Draft::probable(cause, told.strength.saturating_sub(3)).because(
            format!("The page of the sign-up told that {}.", told.what),
            CiteKind::SignUp,
            sign_up.claim.to_string(),
        ),
        (None, None) => return Finding::Silent,
    };
    let change =
        case.fits.first().map_or(Change::SignUpBroughtAClick, |click| Change::SignUpBroughtClick { click: click.id });
    let draft = if case.weighs_little() { draft.doubted() } else { draft };
    draft.all(case.cite_fits()).missing(told.missing).rivals(&[Cause::CookiesCleared]).had(change, told.had).holds()
}
