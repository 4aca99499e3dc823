//! The dashboard, as its people use it.

mod journey;
