//! A robot, a mail scanner or a link preview followed the link, and no person did.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::verdict::CiteKind;
use crate::tracking::{Outcome, TouchWhy};

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::BotOrScannerClick;
    if case.is_theirs() {
        return Finding::Silent;
    }
    let seen = |id| case.facts.clicks.iter().find(|click| click.id == id);
    let had = "If a person had made the click, the customer would be this partner’s.";
    let touch = case.touch_judged(&[TouchWhy::ScreenedOut]);
    if let Some(click) = touch.and_then(|touch| seen(touch.touch)).filter(|click| is_one(click.outcome)) {
        return Draft::determined(cause, 92)
            .of_their_own()
            .because("The click that came along was a machine’s, as it declared itself, and nobody has landed or signed up with it.", CiteKind::Click, click.xid.clone())
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
                "The only requests to this partner’s links were machines’, the latest on {}: they said so themselves.",
                case.when(click.at())
            ),
            CiteKind::Click,
            click.xid.clone(),
        )
        .missing("Did the customer follow the link personally, and when?")
        .had(Change::SignUpBroughtClick { click: click.id }, had)
        .holds()
}

const fn is_one(outcome: Outcome) -> bool {
    crate::investigation::case::is_machine(outcome)
}
