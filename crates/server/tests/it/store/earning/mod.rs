//! What was paid, promised and earned.

mod commissions;
pub mod deliveries;
mod events;
mod offer_notes;
mod offers;
mod references;
mod refunds;
mod transactions;
mod webhook_attempts;
