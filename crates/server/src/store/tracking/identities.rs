//! By what names customers are known, and the version rows that order those who speak of the same one.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::tracking::{CustomerIdentity, MatchedBy};
use whence_domain::{CustomerId, Instant, Tenant};

/// One name of a customer: its kind and value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Which kind.
    pub kind: MatchedBy,
    /// The value: the company's key, the provider's key, or an e-mail address in its compared form.
    pub value: String,
}

/// A name as it is tied to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TiedName {
    /// The name.
    pub name: Name,
    /// When an authenticated fact first said so; `None` while only browsers have.
    pub confirmed_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct TiedRow {
    kind: String,
    value: String,
    confirmed_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct OwnerRow {
    customer_id: String,
}

/// The names in an identity, sorted, as all who lock them must take them.
pub fn names(identity: &CustomerIdentity) -> Vec<Name> {
    let keys = [
        (MatchedBy::CustomerKey, identity.customer_key.as_ref().map(ToString::to_string)),
        (MatchedBy::ProviderKey, identity.provider_key.as_ref().map(ToString::to_string)),
        (MatchedBy::Email, identity.email.as_ref().map(ToString::to_string)),
    ];
    let mut names: Vec<Name> =
        keys.into_iter().filter_map(|(kind, value)| value.map(|value| Name { kind, value })).collect();
    names.sort();
    names
}

/// Takes the names and customers, sorted, for the rest of the transaction: two that share one cannot both decide from
/// facts that lack the other's (`product.md` 4 "Claims, identity, attribution").
pub async fn bump(conn: &mut Conn, tenant: &Tenant, identities: &[String]) -> Result<(), StoreError> {
    let mut sorted = identities.to_vec();
    sorted.sort();
    sorted.dedup();
    for identity in &sorted {
        execute!(conn, "identities.bump", tenant.program.as_str(), tenant.mode.as_str(), identity)?;
    }
    Ok(())
}

/// Whom a name belongs to.
pub async fn find_owner(conn: &mut Conn, tenant: &Tenant, name: &Name) -> Result<Option<CustomerId>, StoreError> {
    let row = fetch_optional!(
        conn,
        OwnerRow,
        "identities.owner",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        name.kind.code(),
        &name.value
    )?;
    Ok(row.map(|row| CustomerId::from_stored(row.customer_id)))
}

/// Ties a name to a customer. One that is tied already stays where it is, unless browsers alone had tied it and this is
/// confirmed.
pub async fn tie(
    conn: &mut Conn,
    tenant: &Tenant,
    name: &Name,
    customer: &CustomerId,
    confirmed_at: Option<Instant>,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        conn,
        "identities.insert",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        name.kind.code(),
        &name.value,
        customer.as_str(),
        confirmed_at.map(Instant::micros),
        now.micros()
    )?;
    Ok(())
}

/// All names of one customer.
pub async fn list(conn: &mut Conn, tenant: &Tenant, customer: &CustomerId) -> Result<Vec<TiedName>, StoreError> {
    let rows =
        fetch_all!(conn, TiedRow, "identities.list", tenant.program.as_str(), tenant.mode.as_str(), customer.as_str())?;
    rows.into_iter()
        .map(|row| {
            let kind = MatchedBy::parse(&row.kind).ok_or_else(|| StoreError::corrupt("identity", &row.kind))?;
            let confirmed_at = row.confirmed_at.map(Instant::from_micros);
            Ok(TiedName { name: Name { kind, value: row.value }, confirmed_at })
        })
        .collect()
}

/// Gives all names of one customer to another.
pub async fn move_all(conn: &mut Conn, tenant: &Tenant, from: &CustomerId, to: &CustomerId) -> Result<(), StoreError> {
    execute!(conn, "identities.move", tenant.program.as_str(), tenant.mode.as_str(), from.as_str(), to.as_str())?;
    Ok(())
}
