//! Case 6: clicked in one browser, signed up in another. No id joins the two, so it is probable at best.

use crate::investigation::case::Case;
use crate::investigation::case::agent_words;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::DifferentBrowserOrDevice;
    if let Some(touch) = case.touches().next() {
        let text = "The click came along with the sign-up, so both were in one browser.";
        return ruled_out(cause, text, CiteKind::Click, touch.xid.clone());
    }
    let (true, Some(agent)) = (case.came_without_click(), case.agent()) else { return Finding::Silent };
    let Some(click) = case.fits.iter().find(|click| !click.agent.may_be(&agent)) else { return Finding::Silent };
    // The last click before the sign-up speaks for the customer more than earlier ones.
    let base: i16 = if case.is_likeliest(click) { 74 } else { 48 };
    let told = match case.facts.question.same_browser {
        Some(false) => 82 - base,
        Some(true) => -30,
        None => 0,
    };
    let strength = u8::try_from((base + told).clamp(5, 90)).unwrap_or(5);
    let draft =
        if case.weighs_little() { Draft::unknown(cause, strength.min(60)) } else { Draft::probable(cause, strength) };
    let draft = draft
        .because(
            format!(
                "A click of {} was made with {}, and the sign-up with {}.",
                case.when(click.at()),
                agent_words(&click.agent),
                agent_words(&agent)
            ),
            CiteKind::Click,
            click.xid.clone(),
        )
        .all(case.cite_sign_up());
    let draft = match case.facts.question.same_browser {
        Some(false) => {
            draft.because("We were told that click and sign-up were in different browsers.", CiteKind::Hint, "")
        }
        _ => draft,
    };
    draft
        .missing("Did the customer follow the link in one browser or device, and sign up in another?")
        .rivals(&[Cause::CookiesCleared, Cause::UrlTypedDirectly])
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If the customer had signed up in the browser of the click, the customer would be this partner’s.",
        )
        .holds()
}
