//! The sums on Home: what partners brought, what they are owed, what waits.

use super::name_of;
use crate::store::{Conn, StoreError};
use crate::{fetch_all, fetch_optional};
use whence_domain::billing::ledger::Account;
use whence_domain::{Currency, Instant, Money, PartnerId, Tenant};

/// How long a slice of [`sign_ups_by_slice`] and [`payments_by_slice`] is.
pub const SLICE_MICROS: i64 = 1_800_000_000;

/// What customers of partners paid in one currency, after refunds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revenue {
    /// How much.
    pub amount: Money,
    /// In how many payments.
    pub payments: i64,
    /// By how many customers.
    pub customers: i64,
}

/// A partner, by what their customers paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BestPartner {
    /// Who.
    pub partner: PartnerId,
    /// Their name.
    pub name: String,
    /// What those customers paid.
    pub revenue: Money,
    /// How many customers.
    pub customers: i64,
}

/// How many commissions wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// For review.
    pub pending: i64,
    /// On hold.
    pub hold: i64,
}

/// Which steps of the first run are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FirstSteps {
    /// 1 if a page told of a visit.
    pub visits: i64,
    /// 1 if there is a partner.
    pub partners: i64,
    /// 1 if there is an offer.
    pub offers: i64,
    /// 1 if a payment provider delivered something.
    pub deliveries: i64,
}

#[derive(sqlx::FromRow)]
struct RevenueRow {
    currency: String,
    amount: i64,
    payments: i64,
    customers: i64,
}

#[derive(sqlx::FromRow)]
struct BestRow {
    partner_id: String,
    first_name: String,
    last_name: String,
    email: String,
    currency: String,
    amount: i64,
    customers: i64,
}

/// The stored code of a currency as a currency.
pub(super) fn currency(code: &str) -> Result<Currency, StoreError> {
    Currency::parse(code).ok_or_else(|| StoreError::corrupt("currency", code))
}

/// Clicks that count, by day from `first_day` (`2026-03-31`) on; days without any are left out.
pub async fn clicks_by_day(
    conn: &mut Conn,
    tenant: &Tenant,
    first_day: &str,
) -> Result<Vec<(String, i64)>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(fetch_all!(conn, (String, i64), "dashboard.clicks_by_day", program, mode, first_day)?)
}

/// Sign-ups through partners from `from` until before `until`, by the number of the half hour since `from`.
pub async fn sign_ups_by_slice(
    conn: &mut Conn,
    tenant: &Tenant,
    from: Instant,
    until: Instant,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(fetch_all!(conn, (i64, i64), "dashboard.sign_ups_by_slice", program, mode, from.micros(), until.micros())?)
}

/// Payments by customers of partners, likewise.
pub async fn payments_by_slice(
    conn: &mut Conn,
    tenant: &Tenant,
    from: Instant,
    until: Instant,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(fetch_all!(conn, (i64, i64), "dashboard.payments_by_slice", program, mode, from.micros(), until.micros())?)
}

/// What customers of partners paid since `from`, after refunds, by currency.
pub async fn revenue(conn: &mut Conn, tenant: &Tenant, from: Instant) -> Result<Vec<Revenue>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_all!(conn, RevenueRow, "dashboard.revenue", program, mode, from.micros())?
        .into_iter()
        .map(|row| {
            let amount = Money::new(row.amount, currency(&row.currency)?);
            Ok(Revenue { amount, payments: row.payments, customers: row.customers })
        })
        .collect()
}

/// The five partners whose customers paid most since `from`; those in `first` come first.
pub async fn best_partners(
    conn: &mut Conn,
    tenant: &Tenant,
    from: Instant,
    first: Currency,
) -> Result<Vec<BestPartner>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_all!(conn, BestRow, "dashboard.best_partners", program, mode, from.micros(), first.code())?
        .into_iter()
        .map(|row| {
            Ok(BestPartner {
                partner: PartnerId::from_stored(row.partner_id),
                name: name_of(&row.first_name, &row.last_name, &row.email),
                revenue: Money::new(row.amount, currency(&row.currency)?),
                customers: row.customers,
            })
        })
        .collect()
}

/// What stands in each account, of one partner or of all.
pub async fn balances(
    conn: &mut Conn,
    tenant: &Tenant,
    partner: Option<&PartnerId>,
) -> Result<Vec<(Account, Money)>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let partner = partner.map(PartnerId::as_str);
    fetch_all!(conn, (String, String, i64), "dashboard.balances", program, mode, partner)?
        .into_iter()
        .map(|(account, code, amount)| {
            let account = Account::parse(&account).ok_or_else(|| StoreError::corrupt("account", account))?;
            Ok((account, Money::new(amount, currency(&code)?)))
        })
        .collect()
}

/// How many commissions wait, of one partner or of all.
pub async fn waiting(conn: &mut Conn, tenant: &Tenant, partner: Option<&PartnerId>) -> Result<Waiting, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let partner = partner.map(PartnerId::as_str);
    let rows = fetch_all!(conn, (String, i64), "dashboard.commission_counts", program, mode, partner)?;
    let of = |status: &str| rows.iter().find(|(known, _)| known == status).map_or(0, |(_, many)| *many);
    Ok(Waiting { pending: of("pending"), hold: of("hold") })
}

/// How many sign-ups nobody but a browser vouches for.
pub async fn unconfirmed(conn: &mut Conn, tenant: &Tenant) -> Result<i64, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(fetch_optional!(conn, (i64,), "dashboard.unconfirmed", program, mode)?.map_or(0, |(many,)| many))
}

/// Which steps of the first run are done.
pub async fn first_steps(conn: &mut Conn, tenant: &Tenant) -> Result<FirstSteps, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let row = fetch_optional!(conn, FirstSteps, "dashboard.first_steps", program, mode)?;
    row.ok_or_else(|| StoreError::corrupt("first steps", "a query without a table to read has no row"))
}
