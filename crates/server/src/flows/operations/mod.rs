//! What an operator does: verify, back up, examine.

pub mod backup;
pub mod doctor;
pub mod remove_test_data;
pub mod verify;
