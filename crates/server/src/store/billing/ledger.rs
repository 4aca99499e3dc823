//! The ledger: transfers, and the balances that are their running sums.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::billing::ledger::{Account, Balances, Transfer};
use whence_domain::billing::verification::{LedgerRow, PostedTransfer};
use whence_domain::earning::CommissionStatus;
use whence_domain::{CommissionId, Currency, Instant, Money, PartnerId, Tenant, TransferId};

/// A transfer, to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTransfer<'a> {
    /// Its id.
    pub id: TransferId,
    /// The commission whose money moves.
    pub commission: &'a CommissionId,
    /// The movement.
    pub transfer: &'a Transfer,
    /// What moved it: `posted`, or the status that the commission went to.
    pub why: &'a str,
    /// When what it stands for happened.
    pub occurred_at: Instant,
    /// When it is posted.
    pub recorded_at: Instant,
}

#[derive(sqlx::FromRow)]
struct CountRow {
    movements: i64,
}

#[derive(sqlx::FromRow)]
struct TransferRow {
    commission_id: String,
    partner_id: String,
    debit: String,
    credit: String,
    amount: i64,
    currency: String,
}

#[derive(sqlx::FromRow)]
struct CommissionRow {
    id: String,
    partner_id: String,
    amount: i64,
    currency: String,
    status: String,
}

#[derive(sqlx::FromRow)]
struct BalanceRow {
    partner_id: String,
    account: String,
    amount: i64,
    currency: String,
}

/// Posts a transfer as the commission's next movement, and moves both balances.
pub async fn post(conn: &mut Conn, tenant: &Tenant, new: &NewTransfer<'_>) -> Result<(), StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let before = fetch_optional!(conn, CountRow, "ledger.count_movements", program, mode, new.commission.as_str())?;
    let Transfer { partner, debit, credit, amount } = new.transfer;
    execute!(
        conn,
        "ledger.insert",
        new.id.as_str(),
        program,
        mode,
        partner.as_str(),
        new.commission.as_str(),
        before.map_or(0, |row| row.movements) + 1,
        debit.code(),
        credit.code(),
        amount.minor,
        amount.currency.code(),
        new.why,
        new.occurred_at.micros(),
        new.recorded_at.micros()
    )?;
    for (account, minor) in [(debit, -amount.minor), (credit, amount.minor)] {
        execute!(
            conn,
            "ledger.move_balance",
            program,
            mode,
            partner.as_str(),
            amount.currency.code(),
            account.code(),
            minor
        )?;
    }
    Ok(())
}

/// Every transfer of a tenant with the commission that it moved, for the verifier.
pub async fn list_transfers(conn: &mut Conn, tenant: &Tenant) -> Result<Vec<PostedTransfer>, StoreError> {
    fetch_all!(conn, TransferRow, "ledger.list_transfers", tenant.program.as_str(), tenant.mode.as_str())?
        .into_iter()
        .map(|row| {
            let transfer = Transfer {
                partner: PartnerId::from_stored(row.partner_id),
                debit: account(&row.debit)?,
                credit: account(&row.credit)?,
                amount: money(row.amount, &row.currency)?,
            };
            Ok(PostedTransfer { commission: CommissionId::from_stored(row.commission_id), transfer })
        })
        .collect()
}

/// Every commission of a tenant as the ledger cares for it.
pub async fn list_rows(conn: &mut Conn, tenant: &Tenant) -> Result<Vec<LedgerRow>, StoreError> {
    fetch_all!(conn, CommissionRow, "ledger.list_rows", tenant.program.as_str(), tenant.mode.as_str())?
        .into_iter()
        .map(|row| {
            let status = CommissionStatus::parse(&row.status);
            Ok(LedgerRow {
                commission: CommissionId::from_stored(row.id),
                partner: PartnerId::from_stored(row.partner_id),
                amount: money(row.amount, &row.currency)?,
                status: status.ok_or_else(|| StoreError::corrupt("commission", &row.status))?,
            })
        })
        .collect()
}

/// Every balance of a tenant, as stored.
pub async fn get_balances(conn: &mut Conn, tenant: &Tenant) -> Result<Balances, StoreError> {
    let mut balances = Balances::default();
    for row in fetch_all!(conn, BalanceRow, "ledger.list_balances", tenant.program.as_str(), tenant.mode.as_str())? {
        let amount = money(row.amount, &row.currency)?;
        balances
            .add(&PartnerId::from_stored(row.partner_id), amount.currency, account(&row.account)?, amount.minor)
            .map_err(|error| StoreError::corrupt("balance", error))?;
    }
    Ok(balances)
}

fn account(code: &str) -> Result<Account, StoreError> {
    Account::parse(code).ok_or_else(|| StoreError::corrupt("account", code))
}

fn money(minor: i64, currency: &str) -> Result<Money, StoreError> {
    let currency = Currency::parse(currency).ok_or_else(|| StoreError::corrupt("currency", currency))?;
    Ok(Money::new(minor, currency))
}
