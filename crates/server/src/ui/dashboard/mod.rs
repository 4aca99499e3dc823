//! The pages for the people of the company, one file per noun and verb.

pub mod click_list;
pub mod commission_decline;
pub mod commission_list;
pub mod delivery_show;
pub mod event_list;
pub mod event_show;
pub mod home_show;
pub mod integration_show;
pub mod link_check_create;
pub mod link_check_show;
pub mod offer_create;
pub mod offer_list;
pub mod partner_create;
pub mod partner_list;
pub mod partner_show;
pub mod problem_show;
pub mod referral_list;
pub mod referral_show;
pub mod referral_story;
pub mod rows;
pub mod search_show;
pub mod session_create;
pub mod settings_show;
pub mod webhook_list;
pub mod snippet_test;
pub mod test_data_remove;
