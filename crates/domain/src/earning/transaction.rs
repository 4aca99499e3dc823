//! Transactions: payments by a customer.

use super::refund::Refunds;
use crate::id::TransactionId;
use crate::money::Money;
use crate::time::Instant;
use serde::{Deserialize, Serialize};

/// A payment by a customer, with what has been given back of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Its id.
    pub id: TransactionId,
    /// The provider's key of it, or the caller's; puts payments of one instant in order, whoever arrived first.
    pub key: String,
    /// What was paid; negative amounts are legal (`wire.md` 3.1).
    pub amount: Money,
    /// What was paid for.
    pub product_key: Option<String>,
    /// What kind of thing was paid for.
    pub category_key: Option<String>,
    /// When it was paid.
    pub occurred_at: Instant,
    /// When the company deleted it; then it earns nothing and takes no place among the customer's payments.
    pub removed_at: Option<Instant>,
    /// What has been given back.
    pub refunds: Refunds,
}

impl Transaction {
    /// What is left of the payment: the amount without what was given back, never below nothing. A negative amount has
    /// nothing to give back and stays.
    pub fn net(&self) -> Money {
        let minor = match self.amount.minor {
            _ if self.removed_at.is_some() => 0,
            gross if gross <= 0 => gross,
            gross => gross.saturating_sub(self.refunds.given_back()).max(0),
        };
        Money::new(minor, self.amount.currency)
    }
}
