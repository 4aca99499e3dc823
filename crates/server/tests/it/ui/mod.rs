//! The dashboard, as its people use it.

mod arrivals;
mod investigate;
mod checks;
mod journey;
mod search;
mod snippet_test;
