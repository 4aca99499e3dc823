//! See the crate's list of stages.
