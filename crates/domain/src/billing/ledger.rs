//! The ledger: each row is one transfer between two accounts of one partner in one currency, so the books balance by
//! construction. Where a commission stands is where its money stands.
//!
//! `expense` is what partners cost the company; the others are what it owes them, by how far it has come. A balance is
//! credits less debits: what is owed in an account; that of `expense` is the same the other way, so that all add up to
//! nothing.

use crate::closed::closed_list;
use crate::earning::CommissionStatus;
use crate::id::PartnerId;
use crate::money::{Currency, Money, MoneyError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

closed_list! {
    /// An account of one partner in one currency.
    pub enum Account {
        Expense = "expense", "What the partner has cost the company.";
        Held = "held", "Earned, and held back.";
        Pending = "pending", "Earned, and waiting for review.";
        Approved = "approved", "Approved for the next invoice.";
        Invoiced = "invoiced", "On a closed invoice.";
        Paid = "paid", "Paid.";
        Recoverable = "recoverable", "Owed back by the partner, to be netted on the next invoice.";
    }
}

impl Account {
    /// The account that a commission of this status stands in. What is not due yet, or was declined, is not owed: it stands
    /// where it would come from.
    pub const fn of(status: CommissionStatus) -> Self {
        match status {
            CommissionStatus::Scheduled | CommissionStatus::Declined => Self::Expense,
            CommissionStatus::Hold => Self::Held,
            CommissionStatus::Pending => Self::Pending,
            CommissionStatus::Approved => Self::Approved,
            CommissionStatus::Invoiced => Self::Invoiced,
            CommissionStatus::Paid => Self::Paid,
            CommissionStatus::Recoverable => Self::Recoverable,
        }
    }
}

/// One movement: out of `debit`, into `credit`. Its amount is always more than nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Whose accounts.
    pub partner: PartnerId,
    /// The account that the amount leaves.
    pub debit: Account,
    /// The account that it reaches.
    pub credit: Account,
    /// How much.
    pub amount: Money,
}

/// Why a transfer is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// The amount does not fit the other way round.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What a new commission of `amount` with this first status moves. Nothing for an amount of nothing.
pub fn transfers_for_posting(
    partner: &PartnerId,
    amount: Money,
    status: CommissionStatus,
) -> Result<Vec<Transfer>, LedgerError> {
    transfer(partner, Account::Expense, Account::of(status), amount)
}

/// What a commission's way from one status to another moves.
pub fn transfers_for_change(
    partner: &PartnerId,
    amount: Money,
    from: CommissionStatus,
    to: CommissionStatus,
) -> Result<Vec<Transfer>, LedgerError> {
    transfer(partner, Account::of(from), Account::of(to), amount)
}

/// Moves an amount; a negative one goes the other way, so that the stored amount is positive.
fn transfer(partner: &PartnerId, from: Account, to: Account, amount: Money) -> Result<Vec<Transfer>, LedgerError> {
    if from == to || amount.is_zero() {
        return Ok(Vec::new());
    }
    let (debit, credit, amount) = if amount.minor < 0 { (to, from, amount.checked_neg()?) } else { (from, to, amount) };
    Ok(vec![Transfer { partner: partner.clone(), debit, credit, amount }])
}

/// What stands in each account: the fold of transfers. Accounts at nothing are left out, so that two equal books are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balances {
    accounts: BTreeMap<(PartnerId, Currency, Account), i64>,
}

impl Balances {
    /// The balances after all of these transfers.
    pub fn fold<'a>(transfers: impl IntoIterator<Item = &'a Transfer>) -> Result<Self, MoneyError> {
        let mut balances = Self::default();
        for transfer in transfers {
            balances.apply(transfer)?;
        }
        Ok(balances)
    }

    /// Applies one transfer.
    pub fn apply(&mut self, transfer: &Transfer) -> Result<(), MoneyError> {
        let Transfer { partner, debit, credit, amount } = transfer;
        self.add(partner, amount.currency, *debit, amount.minor.checked_neg().ok_or(MoneyError::Overflow)?)?;
        self.add(partner, amount.currency, *credit, amount.minor)
    }

    /// Adds minor units to one account: for balances that were stored as sums.
    pub fn add(
        &mut self,
        partner: &PartnerId,
        currency: Currency,
        account: Account,
        minor: i64,
    ) -> Result<(), MoneyError> {
        let key = (partner.clone(), currency, account);
        let sum = self.accounts.get(&key).copied().unwrap_or(0).checked_add(minor).ok_or(MoneyError::Overflow)?;
        if sum == 0 {
            self.accounts.remove(&key);
        } else {
            self.accounts.insert(key, sum);
        }
        Ok(())
    }

    /// What stands in one account.
    pub fn of(&self, partner: &PartnerId, currency: Currency, account: Account) -> Money {
        let minor = self.accounts.get(&(partner.clone(), currency, account)).copied().unwrap_or(0);
        Money::new(minor, currency)
    }

    /// Every account that is not at nothing, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&PartnerId, Account, Money)> {
        self.accounts
            .iter()
            .map(|((partner, currency, account), minor)| (partner, *account, Money::new(*minor, *currency)))
    }
}
