//! The site's host shares its domain with strangers, so that no cookie spans two of its hosts.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;
use crate::tracking::cookie::same_site;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    if !case.came_without_their_click() {
        return Finding::Silent;
    }
    let Some(page) = case.page_sign_up().and_then(|sign_up| sign_up.page.as_ref()) else { return Finding::Silent };
    let landed = case.fits.iter().find_map(|click| {
        let landing = case.landing_of(click)?;
        let strangers = shared_suffix(&landing.page.host).is_some_and(|suffix| page.host.ends_with(&suffix));
        (strangers && !same_site(&landing.page.host, &page.host)).then_some((click, landing))
    });
    let Some((click, landing)) = landed else { return Finding::Silent };
    let cause = Cause::PublicSuffixHost;
    Draft::determined(cause, 92)
        .because(
            format!(
                "{} and {} share a domain under which browsers keep every host apart.",
                landing.page.host, page.host
            ),
            CiteKind::Landing,
            landing.key.clone(),
        )
        .all(case.cite_sign_up())
        .had(
            Change::SignUpBroughtClick { click: click.id },
            "If both pages were on one domain of the company’s, the sign-up would have brought the click along.",
        )
        .holds()
}

/// `.github.io` of `ada.github.io`: a suffix with a dot inside, below which everybody may have a host.
fn shared_suffix(host: &str) -> Option<String> {
    let suffix = psl::suffix(host.as_bytes())?;
    let text = std::str::from_utf8(suffix.as_bytes()).ok()?;
    let is_private = suffix.typ() == Some(psl::Type::Private);
    is_private.then(|| format!(".{text}"))
}
