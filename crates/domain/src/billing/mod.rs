//! Where commissions stand as money: the ledger.

pub mod ledger;
pub mod verification;

pub use ledger::{Account, Balances, LedgerError, Transfer, transfers_for_change, transfers_for_posting};
pub use verification::{Difference, LedgerRow, PostedTransfer, verify};
