//! What an operator does: verify, back up, examine.

pub mod backup;
pub mod doctor;
pub mod verify;
