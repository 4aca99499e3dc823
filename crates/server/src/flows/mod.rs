//! What happens, step by step: load facts, let the domain decide, save the effects. No business rule is decided here.
//!
//! Functions that take a [`Conn`](crate::store::Conn) run inside a unit of work and may run again; those that take the
//! [`App`](crate::app::App) open one.

pub mod earning;
pub mod operations;
pub mod program;
pub mod tracking;
