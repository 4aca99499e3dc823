//! See the crate's list of stages.

pub mod agent;
pub mod screening;
pub mod xid;

pub use agent::Agent;
pub use screening::Outcome;
pub use xid::{ClickKey, KeyRing, Xid, XidFields, XidRefusal};
