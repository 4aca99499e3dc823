//! Customers: who signed up at the company.

use crate::store::{Conn, Listed, Page, StoreError};
use crate::{execute, fetch_all, fetch_optional, list_page};
use whence_domain::investigation::name_match;
use whence_domain::program::Email;
use whence_domain::tracking::{AttributionReason, AttributionSource, Customer, CustomerIdentity, CustomerKey};
use whence_domain::{CustomerId, Instant, PartnerId, Tenant};

/// A customer with what lists show of the last decision about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The customer.
    pub customer: Customer,
    /// The customer that this one turned out to be.
    pub merged_into: Option<CustomerId>,
    /// To whom it belongs.
    pub partner: Option<PartnerId>,
    /// What ties the two.
    pub source: AttributionSource,
    /// Why.
    pub reason: AttributionReason,
    /// What the company noted, a JSON object.
    pub metadata: String,
}

/// Which customers a list holds; every part that is absent leaves all in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of one partner.
    pub partner: Option<PartnerId>,
    /// Those whose partner is in the group of this slug.
    pub group_slug: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    customer_key: Option<String>,
    email: Option<String>,
    name: Option<String>,
    provider_key: Option<String>,
    confirmed_at: Option<i64>,
    merged_into: Option<String>,
    partner_id: Option<String>,
    source: String,
    reason: String,
    archived_at: Option<i64>,
    metadata: String,
    signed_up_at: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entry(self) -> Result<Entry, StoreError> {
        let key = |text: Option<String>| text.map(|text| CustomerKey::parse(&text)).transpose();
        let broken = |why: &dyn std::fmt::Display| StoreError::corrupt("customer", why);
        Ok(Entry {
            customer: Customer {
                id: CustomerId::from_stored(self.id),
                identity: CustomerIdentity {
                    customer_key: key(self.customer_key).map_err(|error| broken(&error))?,
                    provider_key: key(self.provider_key).map_err(|error| broken(&error))?,
                    email: self.email.map(|text| Email::parse(&text)).transpose().map_err(|error| broken(&error))?,
                },
                name: self.name,
                confirmed_at: self.confirmed_at.map(Instant::from_micros),
                signed_up_at: Instant::from_micros(self.signed_up_at),
                archived_at: self.archived_at.map(Instant::from_micros),
                created_at: Instant::from_micros(self.created_at),
                updated_at: Instant::from_micros(self.updated_at),
            },
            merged_into: self.merged_into.map(CustomerId::from_stored),
            partner: self.partner_id.map(PartnerId::from_stored),
            source: AttributionSource::parse(&self.source).ok_or_else(|| broken(&self.source))?,
            reason: AttributionReason::parse(&self.reason).ok_or_else(|| broken(&self.reason))?,
            metadata: self.metadata,
        })
    }
}

/// Keeps a new customer, as yet nobody's.
pub async fn insert(conn: &mut Conn, tenant: &Tenant, customer: &Customer) -> Result<(), StoreError> {
    let names = customer.name.as_deref().and_then(name_match::keys);
    execute!(
        conn,
        "customers.insert",
        customer.id.as_str(),
        tenant.program.as_str(),
        tenant.mode.as_str(),
        customer.identity.customer_key.as_ref().map(CustomerKey::as_str),
        customer.identity.email.as_ref().map(Email::as_str),
        customer.name.as_deref(),
        customer.identity.provider_key.as_ref().map(CustomerKey::as_str),
        customer.confirmed_at.map(Instant::micros),
        AttributionSource::None.code(),
        AttributionReason::NoClaim.code(),
        "{}",
        customer.signed_up_at.micros(),
        customer.created_at.micros(),
        names.as_ref().map(|keys| keys.forward.as_str()),
        names.as_ref().map(|keys| keys.backward.as_str()),
        names.as_ref().map(|keys| keys.sound.as_str()),
        customer.identity.customer_key.as_ref().map(folded)
    )?;
    Ok(())
}

/// The customer with this id.
pub async fn find(conn: &mut Conn, tenant: &Tenant, id: &CustomerId) -> Result<Option<Entry>, StoreError> {
    fetch_optional!(conn, Row, "customers.find", tenant.program.as_str(), tenant.mode.as_str(), id.as_str())?
        .map(Row::into_entry)
        .transpose()
}

/// One page of customers; those put away or merged into others are left out.
pub async fn list(conn: &mut Conn, tenant: &Tenant, filter: &Filter, page: &Page) -> Result<Listed<Entry>, StoreError> {
    let rows = list_page!(
        conn,
        page,
        Row,
        "customers.list_down",
        "customers.list_up",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        filter.partner.as_ref().map(PartnerId::as_str),
        filter.group_slug.as_deref()
    )?;
    let rows: Vec<Entry> = rows.into_iter().map(Row::into_entry).collect::<Result<_, _>>()?;
    Ok(page.finish(rows))
}

/// What a fact adds to what is known of a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Names that it adds; absent ones stay as they were.
    pub identity: CustomerIdentity,
    /// The name it gives.
    pub name: Option<String>,
    /// When it confirmed the customer, if it does.
    pub confirmed_at: Option<Instant>,
    /// When the customer signed up by this fact; the earliest of all stands.
    pub signed_up_at: Option<Instant>,
}

fn folded(key: &CustomerKey) -> String {
    name_match::fold_key(key.as_str())
}

/// Adds what a fact says to what is known of a customer.
pub async fn update(
    conn: &mut Conn,
    tenant: &Tenant,
    id: &CustomerId,
    known: &Known,
    now: Instant,
) -> Result<(), StoreError> {
    let names = known.name.as_deref().and_then(name_match::keys);
    execute!(
        conn,
        "customers.update",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        id.as_str(),
        known.identity.customer_key.as_ref().map(CustomerKey::as_str),
        known.identity.email.as_ref().map(Email::as_str),
        known.name.as_deref(),
        known.identity.provider_key.as_ref().map(CustomerKey::as_str),
        known.confirmed_at.map(Instant::micros),
        known.signed_up_at.map_or(i64::MAX, Instant::micros),
        now.micros(),
        names.as_ref().map(|keys| keys.forward.as_str()),
        names.as_ref().map(|keys| keys.backward.as_str()),
        names.as_ref().map(|keys| keys.sound.as_str()),
        known.identity.customer_key.as_ref().map(folded)
    )?;
    Ok(())
}

/// Keeps what the company noted about a customer, a JSON object.
pub async fn set_metadata(
    conn: &mut Conn,
    tenant: &Tenant,
    id: &CustomerId,
    metadata: &str,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        conn,
        "customers.set_metadata",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        id.as_str(),
        metadata,
        now.micros()
    )?;
    Ok(())
}

/// Notes for the lists whom the last decision gave the customer to.
pub async fn mark_attributed(
    conn: &mut Conn,
    tenant: &Tenant,
    id: &CustomerId,
    partner: Option<&PartnerId>,
    source: AttributionSource,
    reason: AttributionReason,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        conn,
        "customers.mark_attributed",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        id.as_str(),
        partner.map(PartnerId::as_str),
        source.code(),
        reason.code(),
        now.micros()
    )?;
    Ok(())
}

/// Notes that a customer turned out to be another one.
pub async fn mark_merged(
    conn: &mut Conn,
    tenant: &Tenant,
    id: &CustomerId,
    into: &CustomerId,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        conn,
        "customers.mark_merged",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        id.as_str(),
        into.as_str(),
        now.micros()
    )?;
    Ok(())
}

/// Puts a customer away.
pub async fn mark_archived(conn: &mut Conn, tenant: &Tenant, id: &CustomerId, now: Instant) -> Result<(), StoreError> {
    execute!(
        conn,
        "customers.mark_archived",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        id.as_str(),
        now.micros()
    )?;
    Ok(())
}

/// How many customers that were added by hand or by a server have no key of the payment provider; counts to `most`.
pub async fn count_without_provider_key(conn: &mut Conn, tenant: &Tenant, most: i64) -> Result<i64, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let row = fetch_optional!(conn, (i64,), "customers.count_without_provider_key", program, mode, most)?;
    Ok(row.map_or(0, |(many,)| many))
}

#[derive(sqlx::FromRow)]
struct UnfoldedRow {
    id: String,
    name: String,
    customer_key: Option<String>,
}

/// Makes customers from before names were folded findable by their names, at most so many; answers how many there were.
pub async fn fold_names(conn: &mut Conn, limit: i64) -> Result<usize, StoreError> {
    let rows = fetch_all!(conn, UnfoldedRow, "customers.unfolded", limit)?;
    for row in &rows {
        let keys = name_match::keys(&row.name);
        execute!(
            conn,
            "customers.fold",
            &row.id,
            keys.as_ref().map_or("", |keys| keys.forward.as_str()),
            keys.as_ref().map(|keys| keys.backward.as_str()),
            keys.as_ref().map(|keys| keys.sound.as_str()),
            row.customer_key.as_deref().map(name_match::fold_key)
        )?;
    }
    Ok(rows.len())
}
