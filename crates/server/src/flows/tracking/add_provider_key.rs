//! A person says by which key the payment provider knows a customer. Where payments under that key have made a customer of
//! their own, the person says that both are one, and everything that is known of the other goes over.

use super::find_customer::find_customer;
use super::resolve_customer::join;
use crate::app::App;
use crate::clock::Ids;
use crate::flows::earning::reckon_customer::reckon_customer;
use crate::refusals;
use crate::store::audit::{self, Actor};
use crate::store::tracking::attributions;
use crate::store::tracking::customers::{self, Entry, Known};
use crate::store::tracking::identities::{self, Name};
use crate::store::{Conn, Priority};
use whence_domain::tracking::{CustomerIdentity, CustomerKey, MatchedBy};
use whence_domain::{AuditId, CustomerId, Instant, Tenant};

refusals! {
    /// Why the key was not added.
    pub enum AddProviderKeyError {
        NotFound = Missing, "customer_not_found", "", "There is no such customer.";
        TakenByPayments = Conflict, "provider_key_of_payments", "provider_key",
            "Payments under this key have made a customer of their own: confirm that both are the same person.";
        TakenByPartner = Conflict, "provider_key_taken", "provider_key",
            "Another customer, who belongs to a partner or was decided about by a person, has this key.";
    }
}

/// A key, and whether the person has confirmed that a customer whom payments made is the same one.
#[derive(Clone, Debug)]
pub struct NewProviderKey {
    /// Whose data.
    pub tenant: Tenant,
    /// Whose key it is, by our id.
    pub customer: CustomerId,
    /// The key.
    pub key: CustomerKey,
    /// Whether the person has seen the other customer and says that it is the same one.
    pub same_person: bool,
}

struct Input {
    new: NewProviderKey,
    actor: Actor,
    ids: Ids,
    now: Instant,
}

/// Adds the key. Payments under it that came before go over with the customer they had made, and earn once.
///
/// # Errors
/// Why it was not added.
pub async fn add_provider_key(app: &App, actor: Actor, new: NewProviderKey) -> Result<Entry, AddProviderKeyError> {
    let now = app.now();
    let input = Input { new, actor, ids: Ids::at(now), now };
    app.store.write(Priority::Money, input, |conn, input| Box::pin(add(conn, input))).await
}

async fn add(conn: &mut Conn, input: &Input) -> Result<Entry, AddProviderKeyError> {
    let Input { new: NewProviderKey { tenant, customer, key, same_person }, actor, ids, now } = input;
    let found = find_customer(conn, tenant, customer.as_str()).await?.ok_or(AddProviderKeyError::NotFound)?;
    let id = found.customer.id;
    let name = Name { kind: MatchedBy::ProviderKey, value: key.to_string() };
    identities::bump(conn, tenant, &[format!("{}:{}", name.kind.code(), name.value), id.to_string()]).await?;
    let owner = identities::find_owner(conn, tenant, &name).await?.filter(|owner| *owner != id);
    if let Some(other) = &owner {
        if !is_of_payments_alone(conn, tenant, other).await? {
            return Err(AddProviderKeyError::TakenByPartner);
        }
        if !same_person {
            return Err(AddProviderKeyError::TakenByPayments);
        }
        join(conn, tenant, other, &id, ids, *now).await?;
    }
    identities::tie(conn, tenant, &name, &id, Some(*now), *now).await?;
    let identity = CustomerIdentity { provider_key: Some(key.clone()), ..CustomerIdentity::default() };
    let known = Known { identity, name: None, confirmed_at: Some(*now), signed_up_at: None };
    customers::update(conn, tenant, &id, &known, *now).await?;
    let entry = audit::Entry {
        id: AuditId::from_bits(ids.next()),
        program: &tenant.program,
        mode: Some(tenant.mode),
        actor,
        action: if owner.is_some() { "customer.merged" } else { "customer.provider_key_added" },
        subject_kind: "customer",
        subject_id: id.as_str(),
        detail: serde_json::json!({ "merged": owner }),
        at: *now,
    };
    audit::insert(conn, &entry).await?;
    reckon_customer(conn, tenant, &id, ids, *now).await?;
    customers::find(conn, tenant, &id).await?.ok_or(AddProviderKeyError::NotFound)
}

/// Two customers, of whom a person says that they are one.
#[derive(Clone, Debug)]
pub struct SamePerson {
    /// Whose data.
    pub tenant: Tenant,
    /// The one who signed up.
    pub customer: CustomerId,
    /// The one whom payments have made.
    pub other: CustomerId,
}

/// Joins a customer whom payments alone have made to the one who signed up; again changes nothing.
///
/// # Errors
/// Why they were not joined.
pub async fn join_customers(app: &App, actor: Actor, same: SamePerson) -> Result<Entry, AddProviderKeyError> {
    let now = app.now();
    let input = (same, actor, Ids::at(now), now);
    app.store
        .write(Priority::Money, input, |conn, (same, actor, ids, now)| Box::pin(join_two(conn, same, actor, ids, *now)))
        .await
}

async fn join_two(
    conn: &mut Conn,
    same: &SamePerson,
    actor: &Actor,
    ids: &Ids,
    now: Instant,
) -> Result<Entry, AddProviderKeyError> {
    let SamePerson { tenant, customer, other } = same;
    let found = find_customer(conn, tenant, customer.as_str()).await?.ok_or(AddProviderKeyError::NotFound)?;
    let theirs = customers::find(conn, tenant, other).await?.ok_or(AddProviderKeyError::NotFound)?;
    let id = found.customer.id.clone();
    if theirs.merged_into.as_ref() == Some(&id) || *other == id {
        return Ok(found);
    }
    identities::bump(conn, tenant, &[id.to_string(), other.to_string()]).await?;
    if !is_of_payments_alone(conn, tenant, other).await? {
        return Err(AddProviderKeyError::TakenByPartner);
    }
    join(conn, tenant, other, &id, ids, now).await?;
    // The names went over with it; the one that the customer's own row lacks is shown there from now on.
    let provider_key = theirs.customer.identity.provider_key.filter(|_| found.customer.identity.provider_key.is_none());
    let identity = CustomerIdentity { provider_key, ..CustomerIdentity::default() };
    let known = Known { identity, name: None, confirmed_at: Some(now), signed_up_at: None };
    customers::update(conn, tenant, &id, &known, now).await?;
    let entry = audit::Entry {
        id: AuditId::from_bits(ids.next()),
        program: &tenant.program,
        mode: Some(tenant.mode),
        actor,
        action: "customer.merged",
        subject_kind: "customer",
        subject_id: id.as_str(),
        detail: serde_json::json!({ "merged": other }),
        at: now,
    };
    audit::insert(conn, &entry).await?;
    reckon_customer(conn, tenant, &id, ids, now).await?;
    customers::find(conn, tenant, &id).await?.ok_or(AddProviderKeyError::NotFound)
}

/// Whether nobody loses anything if this customer turns out to be another: no partner has it, and no person decided so.
/// Joining two who have partners moves money between them, which is a repair with a preview of its own.
async fn is_of_payments_alone(
    conn: &mut Conn,
    tenant: &Tenant,
    id: &CustomerId,
) -> Result<bool, crate::store::StoreError> {
    let entry = customers::find(conn, tenant, id).await?;
    let free = entry.is_some_and(|entry| entry.partner.is_none() && entry.merged_into.is_none());
    Ok(free && attributions::list_decisions(conn, tenant, id).await?.is_empty())
}
