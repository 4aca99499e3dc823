//! What payment providers send.

mod stripe;
