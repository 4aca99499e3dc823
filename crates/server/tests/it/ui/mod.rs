//! The dashboard, as its people use it.

mod arrivals;
mod checks;
mod investigate;
mod journey;
mod search;
mod snippet_test;
