//! What tests stand on.

mod app;
mod clock;
mod engine;
pub mod forbidden;
mod names;
mod node;
pub mod people;
mod store;
mod visitors;

pub use app::{Caller, Reply, TestApp};
pub use clock::TestClock;
pub use engine::{Database, Fresh};
pub use names::Names;
pub use node::{Answer, Node, Shop, add_link, add_link_to, count, send, text};
pub use people::CHROME;
pub use store::TestStore;
pub use visitors::{Answered, FIREFOX, JOIN, LANDING};
