//! Holding the ledger against what it is made from: `whence verify` recomputes every balance and tells each difference.

use super::ledger::{Account, Balances, Transfer};
use crate::earning::CommissionStatus;
use crate::id::{CommissionId, PartnerId};
use crate::money::{Currency, Money, MoneyError};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A commission as the ledger cares for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// Which.
    pub commission: CommissionId,
    /// Whose.
    pub partner: PartnerId,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub status: CommissionStatus,
}

/// A transfer with the commission that it moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostedTransfer {
    /// Which commission.
    pub commission: CommissionId,
    /// The movement.
    pub transfer: Transfer,
}

/// Something in the books that does not follow from the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A commission's transfers do not lead to where it stands.
    Commission {
        /// Which.
        commission: CommissionId,
        /// The account.
        account: Account,
        /// What should stand there because of it.
        expected: Money,
        /// What its transfers put there.
        found: Money,
    },
    /// A stored balance is not the sum of its transfers.
    Balance {
        /// Whose.
        partner: PartnerId,
        /// The account.
        account: Account,
        /// The sum of the transfers.
        expected: Money,
        /// What is stored.
        found: Money,
    },
    /// Transfers cite a commission that there is not.
    Orphan {
        /// The id that they cite.
        commission: CommissionId,
    },
    /// A sum does not fit.
    TooLarge,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commission { commission, account, expected, found } => {
                write!(f, "commission {commission}: {found} in {account} where {expected} should stand")
            }
            Self::Balance { partner, account, expected, found } => {
                write!(f, "partner {partner}: the balance of {account} is {found}, its transfers add up to {expected}")
            }
            Self::Orphan { commission } => write!(f, "transfers cite commission {commission}, which does not exist"),
            Self::TooLarge => f.write_str("a sum of the ledger does not fit its type"),
        }
    }
}

/// Compares commissions, transfers and stored balances. Empty if the books are right.
pub fn verify(rows: &[LedgerRow], transfers: &[PostedTransfer], stored: &Balances) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut by_commission: BTreeMap<&CommissionId, Vec<&Transfer>> = BTreeMap::new();
    for posted in transfers {
        by_commission.entry(&posted.commission).or_default().push(&posted.transfer);
    }
    for row in rows {
        let moved = by_commission.remove(&row.commission).unwrap_or_default();
        match (expected_of(row), Balances::fold(moved)) {
            (Ok(expected), Ok(found)) => {
                let tell = |(_, account, expected, found)| Difference::Commission {
                    commission: row.commission.clone(),
                    account,
                    expected,
                    found,
                };
                differences.extend(unequal(&expected, &found).into_iter().map(tell));
            }
            _ => differences.push(Difference::TooLarge),
        }
    }
    let orphans = by_commission.into_keys().map(|commission| Difference::Orphan { commission: commission.clone() });
    differences.extend(orphans);

    let Ok(folded) = Balances::fold(transfers.iter().map(|posted| &posted.transfer)) else {
        differences.push(Difference::TooLarge);
        return differences;
    };
    let tell = |(partner, account, expected, found)| Difference::Balance { partner, account, expected, found };
    differences.extend(unequal(&folded, stored).into_iter().map(tell));
    differences
}

/// What one commission should put into accounts.
fn expected_of(row: &LedgerRow) -> Result<Balances, MoneyError> {
    let mut balances = Balances::default();
    let currency = row.amount.currency;
    balances.add(&row.partner, currency, Account::of(row.status), row.amount.minor)?;
    balances.add(&row.partner, currency, Account::Expense, row.amount.checked_neg()?.minor)?;
    Ok(balances)
}

/// The accounts in which two books differ, with what stands in each.
fn unequal(expected: &Balances, found: &Balances) -> Vec<(PartnerId, Account, Money, Money)> {
    let accounts: BTreeSet<(&PartnerId, Account, Currency)> = expected
        .iter()
        .chain(found.iter())
        .map(|(partner, account, amount)| (partner, account, amount.currency))
        .collect();
    let compared = accounts.into_iter().map(|(partner, account, currency)| {
        let of = |balances: &Balances| balances.of(partner, currency, account);
        (partner.clone(), account, of(expected), of(found))
    });
    compared.filter(|(_, _, expected, found)| expected != found).collect()
}
