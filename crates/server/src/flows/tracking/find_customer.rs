//! The customer that a caller means.

use crate::store::tracking::customers::{self, Entry};
use crate::store::tracking::identities::{self, Name};
use crate::store::{Conn, StoreError};
use whence_domain::program::Email;
use whence_domain::tracking::MatchedBy;
use whence_domain::{CustomerId, Tenant};

/// Finds a customer by our id, the company's own key, or its e-mail address, in that order; one that was merged is found
/// as the one that it became.
pub async fn find_customer(conn: &mut Conn, tenant: &Tenant, identifier: &str) -> Result<Option<Entry>, StoreError> {
    let mut id = CustomerId::parse(identifier);
    if id.is_none() {
        let key = Name { kind: MatchedBy::CustomerKey, value: identifier.trim().to_owned() };
        id = identities::find_owner(conn, tenant, &key).await?;
    }
    if let (None, Ok(email)) = (&id, Email::parse(identifier)) {
        let name = Name { kind: MatchedBy::Email, value: email.to_string() };
        id = identities::find_owner(conn, tenant, &name).await?;
    }
    let Some(id) = id else { return Ok(None) };
    let entry = customers::find(conn, tenant, &id).await?;
    match entry.as_ref().and_then(|entry| entry.merged_into.clone()) {
        Some(into) => customers::find(conn, tenant, &into).await,
        None => Ok(entry),
    }
}
