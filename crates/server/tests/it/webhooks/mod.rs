//! What payment providers send.

mod attempts;
mod replay;
mod stripe;
