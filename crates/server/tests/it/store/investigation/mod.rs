//! Tests of what investigations read.

mod link_checks;
