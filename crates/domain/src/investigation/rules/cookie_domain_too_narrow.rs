//! The cookie was kept for one host only, and the sign-up was on another host of the same site.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::facts::{Kept, LandingSeen};
use crate::investigation::verdict::CiteKind;
use crate::tracking::cookie::same_site;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::CookieDomainTooNarrow;
    if !case.came_without_their_click() {
        return Finding::Silent;
    }
    let Some(page) = case.page_sign_up().and_then(|sign_up| sign_up.page.as_ref()) else { return Finding::Silent };
    let landed = case.fits.iter().find_map(|click| {
        let landing = case.landing_of(click)?;
        let other_host = landing.page.host != page.host && same_site(&landing.page.host, &page.host);
        let narrow = landing.problems.contains(&cause) || is_for_host_alone(landing);
        (other_host && narrow).then_some((click, landing))
    });
    let Some((click, landing)) = landed else { return Finding::Silent };
    // What the page itself tells is a hint; what it wrote and could not read back is evidence of that page view.
    let is_certain = is_for_host_alone(landing) && case.is_likeliest(click);
    let draft = match (is_certain, case.weighs_little()) {
        (true, _) => Draft::determined(cause, 84),
        (false, false) => Draft::probable(cause, 85),
        (false, true) => Draft::unknown(cause, 50),
    };
    draft
        .because(
            format!(
                "On arrival on {} the click was kept for that host alone; the sign-up was on {}.",
                landing.page.host, page.host
            ),
            CiteKind::Landing,
            landing.key.clone(),
        )
        .all(case.cite_sign_up())
        .missing("Does the site write its cookies for the whole domain?")
        .rivals(&[Cause::CookiesBlocked])
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If the cookie had been kept for the whole site, the sign-up would have brought it along.",
        )
        .holds()
}

/// Whether the snippet kept the cookie, and could keep it for the page's host alone.
fn is_for_host_alone(landing: &LandingSeen) -> bool {
    landing.cookie == Kept::Yes && landing.cookie_domain.as_deref() == Some("")
}
