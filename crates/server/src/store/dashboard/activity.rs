//! What happened last.

use super::figures::currency;
use super::{PartnerName, customer_name};
use crate::fetch_all;
use crate::store::{Conn, StoreError};
use whence_domain::{CustomerId, Instant, Money, Tenant};

/// Somebody signed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// Who.
    pub customer: CustomerId,
    /// What they are called.
    pub name: String,
    /// Through whom.
    pub partner: Option<PartnerName>,
    /// When.
    pub at: Instant,
}

/// Somebody paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Who.
    pub customer: CustomerId,
    /// What they are called.
    pub name: String,
    /// Through whom they came.
    pub partner: Option<PartnerName>,
    /// How much.
    pub amount: Money,
    /// What the partner earns by it, if anything.
    pub earned: Option<Money>,
    /// When.
    pub at: Instant,
}

/// Something that arrived.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Arrival {
    /// What: `signup`, `charge.succeeded`.
    pub kind: String,
    /// What became of it.
    pub outcome: String,
    /// Why.
    pub cause: String,
    /// From where: `snippet`, `stripe`.
    pub source: String,
    /// When, in microseconds.
    pub created_at: i64,
}

#[derive(sqlx::FromRow)]
struct SignUpRow {
    id: String,
    name: Option<String>,
    email: Option<String>,
    customer_key: Option<String>,
    signed_up_at: i64,
    partner_id: Option<String>,
    partner_first_name: Option<String>,
    partner_last_name: Option<String>,
    partner_email: Option<String>,
}

#[derive(sqlx::FromRow)]
struct PaymentRow {
    amount: i64,
    currency: String,
    occurred_at: i64,
    id: String,
    name: Option<String>,
    email: Option<String>,
    customer_key: Option<String>,
    partner_id: Option<String>,
    partner_first_name: Option<String>,
    partner_last_name: Option<String>,
    partner_email: Option<String>,
    earned: Option<i64>,
}

/// The latest sign-ups, newest first.
pub async fn latest_sign_ups(conn: &mut Conn, tenant: &Tenant, limit: i64) -> Result<Vec<SignUp>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, SignUpRow, "dashboard.latest_sign_ups", program, mode, limit)?;
    Ok(rows
        .into_iter()
        .map(|row| SignUp {
            customer: CustomerId::from_stored(row.id),
            name: customer_name(row.name, row.email, row.customer_key),
            partner: PartnerName::of(row.partner_id, row.partner_first_name, row.partner_last_name, row.partner_email),
            at: Instant::from_micros(row.signed_up_at),
        })
        .collect())
}

/// The latest payments by known customers, newest first.
pub async fn latest_payments(conn: &mut Conn, tenant: &Tenant, limit: i64) -> Result<Vec<Payment>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_all!(conn, PaymentRow, "dashboard.latest_payments", program, mode, limit)?
        .into_iter()
        .map(|row| {
            let currency = currency(&row.currency)?;
            Ok(Payment {
                customer: CustomerId::from_stored(row.id),
                name: customer_name(row.name, row.email, row.customer_key),
                partner: PartnerName::of(
                    row.partner_id,
                    row.partner_first_name,
                    row.partner_last_name,
                    row.partner_email,
                ),
                amount: Money::new(row.amount, currency),
                earned: row.earned.filter(|&minor| minor != 0).map(|minor| Money::new(minor, currency)),
                at: Instant::from_micros(row.occurred_at),
            })
        })
        .collect()
}

/// What arrived last, newest first.
pub async fn latest_arrivals(conn: &mut Conn, tenant: &Tenant, limit: i64) -> Result<Vec<Arrival>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(fetch_all!(conn, Arrival, "dashboard.events", program, mode, limit)?)
}
