//! Setting programs up and changing who takes part.

pub mod archive_partner;
pub mod create_group;
pub mod create_key_pair;
pub mod create_link;
pub mod create_partner;
pub mod ensure_test_partner;
pub mod link_address;
pub mod receive_payments;
pub mod set_up_program;
pub mod update_link;
pub mod update_partner;

pub(in crate::flows) use create_partner::find_group;
