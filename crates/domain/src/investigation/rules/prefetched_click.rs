//! The browser fetched the link ahead of time, and nobody opened it.

use super::unopened::{Unopened, answer};
use crate::investigation::case::Case;
use crate::investigation::cause::Cause;
use crate::investigation::draft::Finding;
use crate::tracking::Outcome;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let kind = Unopened {
        cause: Cause::PrefetchedClick,
        is_one: |outcome| matches!(outcome, Outcome::Prefetch),
        came_along: "The browser fetched the link ahead of time, and the visitor never opened the page.",
        only: "were made ahead of time by browsers, and nobody opened the page",
    };
    answer(case, &kind)
}
