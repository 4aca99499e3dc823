//! It arrived, but as a test, or with the key of another program.

use super::public_key_missing::told_change;
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::draft::{Draft, Finding, ruled_out};
use crate::investigation::facts::{ElsewhereWhat, KeySeen, RefusalReason};
use crate::investigation::verdict::CiteKind;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::WrongEnvironment;
    if case.is_theirs() {
        return Finding::Silent;
    }
    if let Some(sign_up) = case.page_sign_up() {
        return ruled_out(
            cause,
            "The page of the sign-up has this program’s key of this mode.",
            CiteKind::SignUp,
            sign_up.claim.to_string(),
        );
    }
    let near = |at: crate::time::Instant| {
        at >= case.facts.question.period.start.plus_days(-1) && at <= case.facts.question.period.end.plus_days(1)
    };
    let had = "If the page had had the right key, the sign-up would have counted.";
    let same_person = case.facts.elsewhere.iter().find(|seen| seen.what == ElsewhereWhat::SamePerson && near(seen.at));
    if let Some(seen) = same_person {
        return Draft::determined(cause, 96)
            .of_their_own()
            .because(
                format!("The same person signed up on {} with the other mode’s key.", case.when(seen.at)),
                CiteKind::SignUp,
                seen.key.clone(),
            )
            .had(told_change(case), had)
            .holds();
    }
    if !case.may_be_lost() {
        return Finding::Silent;
    }
    let by_check = case.checked(|check| matches!(check.key_in_tag, KeySeen::OtherMode | KeySeen::OtherProgram));
    let hosts = case.hosts();
    let refused = case.facts.refusals.iter().find(|refusal| {
        refusal.reason == RefusalReason::OriginNotAllowed
            && near(refusal.last_at)
            && hosts.contains(refusal.origin.as_str())
    });
    let same_site = case.facts.elsewhere.iter().find(|seen| seen.what == ElsewhereWhat::SameSite && near(seen.at));
    let is_certain = !case.fits.is_empty();
    let arrived = case.fits.iter().any(|click| case.landing_of(click).is_some());
    let mut draft = match (by_check, refused, same_site) {
        (None, None, None) => return Finding::Silent,
        (Some(_), ..) | (_, Some(_), _) if is_certain => Draft::determined(cause, 88),
        // Other pages have the wrong key: the one on which this visitor arrived had the right one.
        _ if is_certain => Draft::probable(cause, if arrived { 45 } else { 57 }),
        _ => Draft::unknown(cause, 34),
    };
    if let Some((_, check)) = by_check {
        let text = format!("A check on {} found the key of another mode or program on the page.", case.when(check.at));
        draft = draft.because(text, CiteKind::LinkCheck, check.key.clone());
    }
    if let Some(refusal) = refused {
        let text = format!(
            "{} reports of {} came with another program’s key and were refused.",
            refusal.requests, refusal.origin
        );
        draft = draft.because(text, CiteKind::Refusal, refusal.key.clone());
    }
    if let Some(seen) = same_site {
        let text = format!(
            "{} reports of the company’s site came with the other mode’s key, the last on {}.",
            seen.count,
            case.when(seen.at)
        );
        draft = draft.because(text, CiteKind::Refusal, seen.key.clone());
    }
    draft
        .missing("Which key is in the snippet of the page on which the customer signed up?")
        .had(told_change(case), had)
        .holds()
}
