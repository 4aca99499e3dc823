//! The investigation's rules: one table row per cause, and what must hold whatever the facts are.

mod causes;
mod properties;
mod story;
