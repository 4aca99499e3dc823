//! The snippet is on the pages, and no page ever tells of a sign-up, although people sign up.

use super::public_key_missing::told_change;
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::facts::PageRole;
use crate::investigation::verdict::CiteKind;
use crate::tracking::ClaimSource;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::SignupCallMissing;
    if let Some(sign_up) = case.page_sign_up() {
        return ruled_out(cause, "A page told of this sign-up.", CiteKind::SignUp, sign_up.claim.to_string());
    }
    if !case.may_be_lost() {
        return Finding::Silent;
    }
    let Some((click, landing)) =
        case.fits.iter().find_map(|click| case.landing_of(click).map(|landing| (click, landing)))
    else {
        return Finding::Silent;
    };
    let told: u64 = case.facts.pages.iter().map(|page| page.sign_ups).sum();
    let by_others = case
        .customer()
        .is_some_and(|customer| customer.sign_ups.iter().all(|sign_up| sign_up.source != ClaimSource::Snippet));
    let usual = case.facts.pages.iter().any(|page| page.role == PageRole::UsualSignUp && page.sign_ups > 0);
    let strength = match (told == 0 && !usual, by_others) {
        (true, true) => 82,
        (true, false) => 64,
        (false, true) => 50,
        (false, false) => 35,
    };
    let draft = if case.weighs_little() { Draft::unknown(cause, strength) } else { Draft::probable(cause, strength) };
    let mut draft = draft.all(case.cite_fits()).because(
        format!("The arrival of {} was told by the snippet, so the snippet works.", case.when(landing.at)),
        CiteKind::Landing,
        landing.key.clone(),
    );
    if told == 0 && !usual {
        draft = draft.because("In this time no page told of any sign-up.", CiteKind::Page, click.dest.host.clone());
    }
    if by_others {
        draft = draft.because(
            "That the customer exists is known from the company’s server or payment provider, not from a page.",
            CiteKind::Customer,
            case.customer().map(|customer| customer.id.to_string()).unwrap_or_default(),
        );
    }
    draft
        .missing("Does the page on which people sign up call createSignup after it succeeds?")
        .rivals(&[Cause::SnippetDataOverwritten, Cause::DifferentBrowserOrDevice])
        .had(told_change(case), "If the page had told of the sign-up, the click would have come along.")
        .holds()
}
