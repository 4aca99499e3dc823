//! Tests of what investigations read.

pub(super) mod link_checks;
