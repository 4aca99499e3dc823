//! The page changed its address before the snippet ran.

use super::told_by_snippet::{Told, answer};
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::draft::Finding;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let told = Told {
        cause: Cause::SnippetLoadedTooLate,
        strength: 76,
        what: "the address had changed before it ran",
        missing: "Does the page rewrite its address before the snippet loads?",
        had: "If the snippet had run first, it would have found the click in the address.",
    };
    answer(case, &told)
}
