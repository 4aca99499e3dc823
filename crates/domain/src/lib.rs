//! The rules of Whence, as pure functions of stored facts.
//!
//! A referral travels through five stages, and each stage is a module here and a folder in every other layer:
//!
//! 1. [`program`]: who takes part (programs, partners, groups, links).
//! 2. [`tracking`]: link → click → landing → customer, and which partner a customer belongs to.
//! 3. [`earning`]: a transaction meets an offer and becomes a commission.
//! 4. [`billing`]: where commissions stand as money: the ledger.
//! 5. [`investigation`]: why something did or did not track.
//!
//! This crate knows no clock, randomness, database or HTTP. Instants, ids and facts arrive as arguments, so every
//! decision can be replayed, explained and tested by the million.

mod closed;

pub mod billing;
pub mod earning;
pub mod id;
pub mod investigation;
pub mod mode;
pub mod money;
pub mod program;
pub mod time;
pub mod tracking;

pub use id::*;
pub use mode::{Mode, Tenant};
pub use money::{Currency, Money, MoneyError, Rate};
pub use time::{Day, Instant, Period, Window};
