//! Link → click → landing → customer, and which partner a customer belongs to.

pub mod agent;
pub mod attribution;
pub mod claim;
pub mod cookie;
pub mod customer;
pub mod destination;
pub mod identity;
mod judging;
pub mod screening;
pub mod snippet_test;
pub mod touch;
pub mod xid;

pub use agent::Agent;
pub use attribution::{
    Attribution, AttributionDecision, AttributionFacts, AttributionHold, AttributionReason, AttributionSource, Binding,
    DecisionScope, JudgedTouch, PaymentSeen, attribute,
};
pub use claim::{Claim, ClaimSource, MatchedBy};
pub use customer::{Customer, CustomerError, CustomerIdentity, CustomerKey};
pub use destination::{LandingParameters, RedirectTarget};
pub use identity::{KnownCustomer, KnownName, match_customer};
pub use screening::Outcome;
pub use touch::{CameBy, Touch, TouchClass, TouchId, TouchWhy};
pub use xid::{ClickKey, KeyRing, Xid, XidFields, XidRefusal};
