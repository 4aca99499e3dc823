//! The link led nowhere when it was asked for: archived, deleted, mistyped, or its partner no longer takes part.

use super::public_key_missing::told_change;
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::change::Change;
use crate::investigation::draft::{Draft, Finding};
use crate::investigation::verdict::CiteKind;
use crate::tracking::{Outcome, TouchWhy};

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let cause = Cause::LinkInactive;
    if case.is_theirs() {
        return Finding::Silent;
    }
    if let Some(touch) = case.touch_judged(&[TouchWhy::PartnerNotActive]) {
        return Draft::determined(cause, 93)
            .of_their_own()
            .because(
                format!(
                    "On {}, when the click was made, the partner did not take part in the program.",
                    case.when(touch.at)
                ),
                CiteKind::Click,
                touch.xid.clone(),
            )
            .had(Change::PartnerActive, "If the partner had been active then, the customer would be theirs.")
            .holds();
    }
    if !case.may_be_lost() {
        return Finding::Silent;
    }
    let theirs = |miss: &&crate::investigation::facts::MissSeen| {
        miss.at <= case.moment() && miss.partner.as_ref().is_none_or(|partner| case.is_asking(partner))
    };
    let Some(miss) = case.facts.misses.iter().filter(theirs).max_by_key(|miss| miss.at) else { return Finding::Silent };
    let why = match miss.outcome {
        Outcome::Inactive => "which had been put away",
        _ => "which is no link of this program",
    };
    let draft = match (case.fits.is_empty(), case.facts.question.link_unknown) {
        // Somebody named the very address that led nowhere.
        (true, true) => Draft::determined(cause, 90).of_their_own(),
        (true, false) => Draft::determined(cause, 90),
        (false, _) => Draft::probable(cause, 42),
    };
    draft
        .because(
            format!("On {} somebody asked for /{}, {why}.", case.when(miss.at), miss.path.trim_start_matches('/')),
            CiteKind::LinkMiss,
            miss.key.clone(),
        )
        .missing("Which address did the customer open?")
        .rivals(&[Cause::UrlTypedDirectly])
        .had(told_change(case), "If the link had led to the page, the click would have been kept.")
        .holds()
}
