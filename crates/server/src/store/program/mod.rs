//! Who takes part: programs, the people and keys that act for them, partners, groups, links.

pub mod endpoints;
pub mod groups;
pub mod hosts;
pub mod keys;
pub mod links;
pub mod members;
pub mod partners;
pub mod policies;
pub mod programs;
pub mod sessions;
pub mod test_data;
pub mod users;
