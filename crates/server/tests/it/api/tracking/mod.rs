//! Who clicked, who signed up.

mod clicks;
mod customers;
