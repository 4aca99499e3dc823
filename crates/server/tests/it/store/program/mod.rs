//! Who takes part.

mod endpoints;
mod groups;
mod hosts;
mod keys;
mod links;
mod members;
mod partners;
mod policies;
mod programs;
mod sessions;
mod test_data;
mod users;
