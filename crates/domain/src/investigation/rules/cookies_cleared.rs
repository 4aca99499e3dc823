//! Case 2: the customer cleared the browser's cookies between click and sign-up. A cleared cookie leaves no trace, so the
//! records can only show that everything else was fine.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::facts::Kept;
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::CookiesCleared;
    if case.touches().next().is_some() {
        return ruled_out(
            cause,
            "The click came along with the sign-up, so the cookie was there.",
            CiteKind::SignUp,
            "",
        );
    }
    let (true, Some(agent)) = (case.came_without_click(), case.agent()) else { return Finding::Silent };
    if case.page_sign_up().is_none_or(|sign_up| sign_up.without_consent) {
        return Finding::Silent;
    }
    let same: Vec<_> = case.fits.iter().filter(|click| click.agent.may_be(&agent)).collect();
    let page = case.page_sign_up().and_then(|sign_up| sign_up.page.as_ref());
    let kept = same.iter().find_map(|click| {
        let landing = case.landing_of(click)?;
        // A page's storage reaches no other host.
        let same_host = page.is_none_or(|page| page.host == landing.page.host);
        (landing.cookie == Kept::Yes || (landing.storage == Kept::Yes && same_host)).then_some((**click, landing))
    });
    let Some((click, landing)) = kept else { return Finding::Silent };
    let strength = match case.facts.question.same_browser {
        Some(true) => 78,
        Some(false) => 44,
        None if case.is_likeliest(click) => 72,
        None => 52,
    };
    let draft = if case.weighs_little() { Draft::unknown(cause, 60) } else { Draft::probable(cause, strength) };
    let works = case.sign_up().and_then(|sign_up| sign_up.page.as_ref()).and_then(|page| case.page(page));
    let draft = draft
        .all(case.cite_fits())
        .because(
            format!("On arrival, on {}, the click could be kept and read back.", case.when(landing.at)),
            CiteKind::Landing,
            landing.key.clone(),
        )
        .all(case.cite_sign_up());
    let draft = match works.filter(|page| page.sign_ups_with_click > 0) {
        Some(page) => draft.because(
            format!(
                "{} other sign-ups from that page came with their clicks, so the page works.",
                page.sign_ups_with_click
            ),
            CiteKind::Page,
            format!("{}{}", page.page.host, page.page.path),
        ),
        None => draft,
    };
    draft
        .missing("Did the customer delete cookies, or browse privately, between the click and the sign-up?")
        .rivals(&[Cause::DifferentBrowserOrDevice, Cause::ItpSevenDayCap])
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If the browser had still had the cookie at the sign-up, the customer would be this partner’s.",
        )
        .holds()
}
