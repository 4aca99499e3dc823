//! Case 8: the snippet is called without a public key, or with one that nobody here has.

use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::facts::{KeySeen, RefusalReason, RefusalSeen};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::PublicKeyMissing;
    if let Some(sign_up) = case.page_sign_up() {
        // A landing page whose snippet lacks the key keeps the click all the same: it is the sign-up's key that matters.
        return ruled_out(
            cause,
            "The page of the sign-up has the program’s key.",
            CiteKind::SignUp,
            sign_up.claim.to_string(),
        );
    }
    if !case.may_be_lost() {
        return Finding::Silent;
    }
    let by_check = case.checked(|check| matches!(check.key_in_tag, KeySeen::Missing | KeySeen::UnknownKey));
    let refusal = refused_near(case);
    if by_check.is_none() && refusal.is_none() {
        return Finding::Silent;
    }
    let of_likeliest = by_check.is_none_or(|(click, _)| case.is_likeliest(click));
    let is_certain = !case.fits.is_empty() && of_likeliest;
    let strength = if by_check.is_some() { 91 } else { 87 };
    let mut draft = if is_certain { Draft::determined(cause, strength) } else { Draft::unknown(cause, 55) };
    if let Some(refusal) = refusal {
        let how = match refusal.reason {
            RefusalReason::NoPublicKey => "without a public key",
            _ => "with a public key that nobody here has",
        };
        draft = draft.because(
            format!(
                "{} reports of pages on {} came {how} and were refused, the last on {}.",
                refusal.requests,
                refusal.origin,
                case.when(refusal.last_at)
            ),
            CiteKind::Refusal,
            refusal.key.clone(),
        );
    }
    if let Some((_, check)) = by_check {
        draft = draft.because(
            format!("A check on {} found the snippet on the page without a key of this program.", case.when(check.at)),
            CiteKind::LinkCheck,
            check.key.clone(),
        );
    }
    draft
        .all(case.cite_fits())
        .missing("Which page did the customer sign up on, and does its snippet have the public key?")
        .had(
            told_change(case),
            "If the snippet had had its public key, the sign-up would have brought the click along.",
        )
        .holds()
}

/// Refusals for a key from a page that matters, at a time that matters: between the first click that fits and a day after
/// the sign-up.
fn refused_near<'a>(case: &Case<'a>) -> Option<&'a RefusalSeen> {
    let from = case.fits.last().map_or(case.moment().plus_days(-2), |click| click.at().plus_days(-1));
    let to = case.moment().plus_days(1);
    let hosts = case.hosts();
    let is_for_key = |reason| matches!(reason, RefusalReason::NoPublicKey | RefusalReason::UnknownPublicKey);
    case.facts
        .refusals
        .iter()
        .filter(|refusal| is_for_key(refusal.reason) && refusal.from <= to && from <= refusal.last_at)
        .filter(|refusal| hosts.is_empty() || hosts.contains(refusal.origin.as_str()))
        .max_by_key(|refusal| refusal.last_at)
}

/// What a sign-up that reached us would have been.
pub(super) fn told_change(case: &Case<'_>) -> Change {
    match (case.customer(), case.fits.first()) {
        (Some(_), Some(click)) => Change::SignUpBroughtClick { click: click.id },
        (Some(_), None) => Change::SignUpBroughtAClick,
        (None, _) => Change::SignUpTold { at: case.moment() },
    }
}
