//! What tests stand on.

mod app;
mod clock;
mod engine;
mod store;

pub use app::{Caller, Reply, TestApp};
pub use clock::TestClock;
pub use engine::{Database, Fresh};
pub use store::TestStore;
