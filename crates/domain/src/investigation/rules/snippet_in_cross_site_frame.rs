//! The snippet or the form stands in a frame of another site, where its cookies are nobody's.

use super::told_by_snippet::{Told, answer};
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::draft::Finding;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let told = Told {
        cause: Cause::SnippetInCrossSiteFrame,
        strength: 84,
        what: "it stood in a frame of another site, whose cookies nobody shares",
        missing: "Is the form embedded from another site?",
        had: "If the snippet had stood on the page itself, the sign-up would have brought the click along.",
    };
    answer(case, &told)
}
