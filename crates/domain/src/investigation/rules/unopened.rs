//! What the rules share of requests that nobody opened: a machine's, or a browser's ahead of time.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::verdict::CiteKind;
use crate::tracking::{Outcome, TouchWhy};

/// A kind of request that is no person's.
pub(super) struct Unopened {
    /// The cause.
    pub cause: Cause,
    /// Which outcomes of screening are of this kind.
    pub is_one: fn(Outcome) -> bool,
    /// What is said of one that came along with the customer.
    pub came_along: &'static str,
    /// What is said where there were no others, to follow "the only requests".
    pub only: &'static str,
}

/// What the partner's requests of this kind say.
pub(super) fn answer(case: &Case<'_>, kind: &Unopened) -> Finding {
    let (cause, is_one) = (kind.cause, kind.is_one);
    if case.is_theirs() {
        return Finding::Silent;
    }
    let seen = |id| case.facts.clicks.iter().find(|click| click.id == id);
    let had = "If a person had made the click, the customer would be this partner’s.";
    let touch = case.touch_judged(&[TouchWhy::ScreenedOut]);
    if let Some(click) = touch.and_then(|touch| seen(touch.touch)).filter(|click| is_one(click.outcome)) {
        return Draft::determined(cause, 92)
            .of_their_own()
            .because(kind.came_along, CiteKind::Click, click.xid.clone())
            .had(Change::SignUpBroughtClick { click: click.id }, had)
            .holds();
    }
    if let Some(click) = case.fits.first() {
        return ruled_out(cause, "A person’s click of this partner fits.", CiteKind::Click, click.xid.clone());
    }
    let before = |id: crate::tracking::TouchId| id.at() <= case.moment();
    let theirs = || case.facts.clicks.iter().filter(|click| case.is_asking(&click.partner) && before(click.id));
    // A person's click that another customer brought is one all the same: then machines' were not the only ones.
    if theirs().any(|click| click.outcome.attributes()) {
        return Finding::Silent;
    }
    let Some(click) =
        theirs().max_by_key(|click| (is_one(click.outcome), click.id)).filter(|click| is_one(click.outcome))
    else {
        return Finding::Silent;
    };
    let is_certain = case.may_be_lost() && case.too_old.is_empty();
    let draft = if is_certain { Draft::determined(cause, 70) } else { Draft::unknown(cause, 45) };
    draft
        .because(
            format!(
                "The only requests to this partner’s links {}, the latest on {}.",
                kind.only,
                case.when(click.at())
            ),
            CiteKind::Click,
            click.xid.clone(),
        )
        .missing("Did the customer follow the link personally, and when?")
        .had(Change::SignUpBroughtClick { click: click.id }, had)
        .holds()
}
