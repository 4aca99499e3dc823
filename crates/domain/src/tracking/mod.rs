//! See the crate's list of stages.

pub mod agent;
pub mod cookie;
pub mod destination;
pub mod screening;
pub mod xid;

pub use agent::Agent;
pub use destination::{Destination, LandingParameters};
pub use screening::Outcome;
pub use xid::{ClickKey, KeyRing, Xid, XidFields, XidRefusal};
