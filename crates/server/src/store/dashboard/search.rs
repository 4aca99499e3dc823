//! What the search box finds: each look-up goes by an index and ends after a few rows, however many there are.

use super::{PartnerName, customer_name};
use crate::store::{Conn, StoreError};
use crate::{fetch_all, fetch_optional};
use whence_domain::tracking::{ClickKey, MatchedBy};
use whence_domain::{CustomerId, PartnerId, Tenant, TransactionId};

/// A customer that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCustomer {
    /// Its id.
    pub id: CustomerId,
    /// What it is called.
    pub name: String,
    /// Its e-mail address.
    pub email: Option<String>,
    /// The company's key.
    pub customer_key: Option<String>,
    /// Its partner.
    pub partner: Option<PartnerName>,
}

/// A partner that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPartner {
    /// Its id.
    pub id: PartnerId,
    /// What it is called.
    pub name: String,
    /// Its partner key.
    pub partner_key: String,
    /// Its e-mail address.
    pub email: String,
}

#[derive(sqlx::FromRow)]
struct CustomerRow {
    id: String,
    customer_key: Option<String>,
    email: Option<String>,
    name: Option<String>,
    partner_id: Option<String>,
    partner_first_name: Option<String>,
    partner_last_name: Option<String>,
    partner_email: Option<String>,
}

impl CustomerRow {
    fn read(self) -> FoundCustomer {
        FoundCustomer {
            id: CustomerId::from_stored(self.id),
            name: customer_name(self.name, self.email.clone(), self.customer_key.clone()),
            email: self.email,
            customer_key: self.customer_key,
            partner: PartnerName::of(
                self.partner_id,
                self.partner_first_name,
                self.partner_last_name,
                self.partner_email,
            ),
        }
    }
}

/// The customer that this name of this kind belongs to.
pub async fn customer_named(
    conn: &mut Conn,
    tenant: &Tenant,
    kind: MatchedBy,
    value: &str,
) -> Result<Option<FoundCustomer>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let row = fetch_optional!(conn, CustomerRow, "search.customer_named", program, mode, kind.code(), value)?;
    Ok(row.map(CustomerRow::read))
}

/// Customers whose e-mail address begins so.
pub async fn customers_by_email_start(
    conn: &mut Conn,
    tenant: &Tenant,
    start: &str,
    limit: i64,
) -> Result<Vec<FoundCustomer>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let start = start.to_lowercase();
    // The greatest character ends the range of all that begin so.
    let end = format!("{start}\u{10ffff}");
    let rows = fetch_all!(conn, CustomerRow, "search.customers_by_email_start", program, mode, start, end, limit)?;
    Ok(rows.into_iter().map(CustomerRow::read).collect())
}

/// The customers whose sign-up came with this click.
pub async fn customers_of_click(
    conn: &mut Conn,
    tenant: &Tenant,
    click: ClickKey,
    limit: i64,
) -> Result<Vec<FoundCustomer>, StoreError> {
    let rows = fetch_all!(
        conn,
        CustomerRow,
        "search.customers_of_click",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        i64::from(click.incarnation),
        click.millis,
        i64::from(click.counter),
        limit
    )?;
    Ok(rows.into_iter().map(CustomerRow::read).collect())
}

#[derive(sqlx::FromRow)]
struct PartnerRow {
    id: String,
    partner_key: String,
    email: String,
    first_name: String,
    last_name: String,
}

/// Partners with this key, whatever its case; the one that has it in this case first.
pub async fn partners_by_key(
    conn: &mut Conn,
    tenant: &Tenant,
    key: &str,
    limit: i64,
) -> Result<Vec<FoundPartner>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows =
        fetch_all!(conn, PartnerRow, "search.partners_by_key", program, mode, key.to_ascii_lowercase(), key, limit)?;
    Ok(rows
        .into_iter()
        .map(|row| FoundPartner {
            name: super::name_of(&row.first_name, &row.last_name, &row.email),
            id: PartnerId::from_stored(row.id),
            partner_key: row.partner_key,
            email: row.email,
        })
        .collect())
}

/// The payments that any provider knows by this name, or that came with this key.
pub async fn payments_named(
    conn: &mut Conn,
    tenant: &Tenant,
    name: &str,
    limit: i64,
) -> Result<Vec<TransactionId>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, (String,), "search.payments_named", program, mode, name, limit)?;
    Ok(rows.into_iter().map(|(id,)| TransactionId::from_stored(id)).collect())
}
