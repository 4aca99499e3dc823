//! A robot, a mail scanner or a link preview followed the link, and no person did.

use super::unopened::{Unopened, answer};
use crate::investigation::case::{Case, is_machine};
use crate::investigation::cause::Cause;
use crate::investigation::draft::Finding;

pub(super) fn rule(case: &Case<'_>) -> Finding {
    let kind = Unopened {
        cause: Cause::BotOrScannerClick,
        is_one: is_machine,
        came_along: "The click that came along was a machine’s, as it declared itself, and nobody has landed or signed up with it.",
        only: "were machines’, as they said themselves",
    };
    answer(case, &kind)
}
