//! Requests that somebody else's word makes us send.

mod browser;
