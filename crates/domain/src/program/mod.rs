//! Who takes part: the program and its policy, partners and their groups, links and where they may lead.

pub mod destination_rule;
pub mod email;
pub mod group;
pub mod link;
pub mod partner;
pub mod partner_key;
pub mod policy;
#[expect(clippy::module_inception, reason = "the stage is named after its first noun")]
pub mod program;
pub mod role;
pub mod slug;
pub mod version;

pub use destination_rule::{Destination, DestinationError, DestinationRule};
pub use email::Email;
pub use group::Group;
pub use link::{Link, LinkVersion};
pub use partner::{Partner, PartnerError, PartnerStatus, PartnerVersion};
pub use partner_key::PartnerKey;
pub use policy::{ConsentRule, Policy, SaleSource};
pub use program::Program;
pub use role::Role;
pub use slug::Slug;
pub use version::{Versioned, as_of, as_of_or_first};
