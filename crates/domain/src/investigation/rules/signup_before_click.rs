//! The customer signed up before following the link.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::verdict::CiteKind;
use crate::tracking::TouchWhy;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::SignupBeforeClick;
    let (false, Some(customer)) = (case.is_theirs(), case.customer()) else { return Finding::Silent };
    let had = "If the customer had followed the link before signing up, the customer would be this partner’s.";
    if let Some(touch) = case.touch_judged(&[TouchWhy::AfterClaim]) {
        return Draft::determined(cause, 94)
            .of_their_own()
            .because(
                format!(
                    "The customer signed up on {}, and the click was made on {}.",
                    case.when(customer.signed_up_at),
                    case.when(touch.at)
                ),
                CiteKind::Click,
                touch.xid.clone(),
            )
            .had(Change::SignUpAfterClick, had)
            .holds();
    }
    if let Some(click) = case.fits.first() {
        let text = format!("A click of this partner was made before the sign-up, on {}.", case.when(click.at()));
        return ruled_out(cause, text, CiteKind::Click, click.xid.clone());
    }
    if !case.came_without_their_click() || !case.somebody_asks() || !case.too_old.is_empty() {
        return Finding::Silent;
    }
    let after = case
        .facts
        .clicks
        .iter()
        .filter(|click| case.is_asking(&click.partner) && click.outcome.attributes() && click.at() > case.moment());
    let Some(click) = after.min_by_key(|click| click.id) else { return Finding::Silent };
    Draft::probable(cause, 71)
        .because(
            format!(
                "The first click of this partner that fits was made on {}, after the sign-up of {}.",
                case.when(click.at()),
                case.when(case.moment())
            ),
            CiteKind::Click,
            click.xid.clone(),
        )
        .missing("Did the customer follow the link before signing up, perhaps on another device?")
        .rivals(&[Cause::UrlTypedDirectly, Cause::DifferentBrowserOrDevice])
        .had(Change::SignUpAfterClick, had)
        .holds()
}
