//! Who takes part.

mod groups;
mod links;
mod partnerships;
