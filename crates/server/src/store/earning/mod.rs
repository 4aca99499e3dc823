//! Payments, refunds, offers and commissions; and everything that arrived.

pub mod commissions;
pub mod deliveries;
pub mod events;
pub mod offer_notes;
pub mod offers;
pub mod references;
pub mod refunds;
pub mod transactions;
pub mod webhook_attempts;
