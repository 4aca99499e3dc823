//! Payments and refunds become commissions.

pub mod create_commission;
pub mod create_offer;
pub mod receive_stripe;
pub mod reckon_customer;
pub mod record_refund;
pub mod record_transaction;
pub mod remove_transaction;
pub mod replay_delivery;
pub mod review_commission;
pub mod stripe_event;
pub mod update_offer;
pub mod webhook_attempts;
pub mod webhook_health;
