//! All rules are asked, what they say is put in order, and what happened is told.

use super::case::Case;
use super::cause::{Cause, CauseKind};
use super::draft::{Draft, Finding};
use super::facts::Facts;
use super::rules;
use super::timeline::timeline;
use super::verdict::{Certainty, Findings};
use std::cmp::Reverse;

/// Answers a question from the facts. Total: any facts give at least one verdict.
///
/// Order (`causes.md` 1 and 2b): what shows that nothing was lost, then what records determine, then the best explanations,
/// then what only a person can say; among equals what explains this question best.
pub fn investigate(facts: &Facts) -> Findings {
    let case = Case::new(facts);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut ruled_out = Vec::new();
    for rule in rules::ALL {
        match rule(&case) {
            Finding::Holds(draft) => drafts.push(draft.tempered(&case)),
            Finding::RuledOut(contradicted) => ruled_out.push(contradicted),
            Finding::Silent => {}
        }
    }
    if drafts.is_empty() {
        drafts.push(rules::nothing_fits(&case));
    }
    drafts.sort_by_key(|draft| {
        let settles = draft.cause.kind() == CauseKind::NotALoss && draft.certainty == Certainty::Determined;
        (Reverse(settles), draft.certainty, Reverse(draft.strength), draft.cause.kind(), draft.cause)
    });
    ruled_out.retain(|contradicted| drafts.iter().all(|draft| draft.cause != contradicted.cause));
    let verdicts = drafts.into_iter().map(|draft| draft.finish(&case)).collect();
    ruled_out.sort_by_key(|contradicted| position(contradicted.cause));
    Findings { verdicts, ruled_out, timeline: timeline(&case) }
}

fn position(cause: Cause) -> usize {
    Cause::ALL.iter().position(|one| *one == cause).unwrap_or(usize::MAX)
}
