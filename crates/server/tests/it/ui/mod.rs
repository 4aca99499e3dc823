//! The dashboard, as its people use it.

mod arrivals;
mod journey;
mod search;
mod snippet_test;
