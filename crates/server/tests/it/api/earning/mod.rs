//! What partners are promised and earn.

mod offers;
mod rewards;
mod transactions;
