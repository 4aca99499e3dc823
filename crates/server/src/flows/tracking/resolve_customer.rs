//! Which customer a fact speaks of: found by its names, made if nobody has them, joined with another where a confirmed
//! fact shows both to be one (`product.md` 4 "Claims, identity, attribution").

use crate::clock::Ids;
use crate::flows::earning::reckon_customer;
use crate::store::earning::{commissions, transactions};
use crate::store::tracking::claims;
use crate::store::tracking::customers::{self, Known};
use crate::store::tracking::identities::{self, Name, TiedName};
use crate::store::{Conn, StoreError};
use whence_domain::tracking::{Customer, CustomerIdentity, KnownCustomer, KnownName, MatchedBy, match_customer};
use whence_domain::{CustomerId, Instant, Tenant};

/// What a fact says of whom it speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoken {
    /// The names it gives.
    pub identity: CustomerIdentity,
    /// What it calls the customer.
    pub name: Option<String>,
    /// Whether it is authenticated, so that its names are the company's word.
    pub confirmed: bool,
    /// When the customer signed up by it, or at least existed.
    pub signed_up_at: Option<Instant>,
}

/// Whom a fact was found to speak of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The customer.
    pub customer: CustomerId,
    /// By what; none if it was made for this fact.
    pub matched_by: Option<MatchedBy>,
}

/// Takes the fact's names for this transaction, finds or makes its customer, takes that too, and adds what the fact says.
///
/// A browser's word makes or finds a customer but adds no name to one that is confirmed, and never joins two.
pub async fn resolve_customer(
    conn: &mut Conn,
    tenant: &Tenant,
    spoken: &Spoken,
    ids: &Ids,
    now: Instant,
) -> Result<Resolved, StoreError> {
    let names = identities::names(&spoken.identity);
    let keys: Vec<String> = names.iter().map(|name| format!("{}:{}", name.kind.code(), name.value)).collect();
    identities::bump(conn, tenant, &keys).await?;

    let candidates = load_candidates(conn, tenant, &names).await?;
    let matched =
        match_customer(&spoken.identity, spoken.confirmed, &candidates).map(|(found, by)| (found.id.clone(), by));
    let resolved = match matched {
        None => Resolved { customer: make(conn, tenant, spoken, ids, now).await?, matched_by: None },
        Some((customer, by)) => Resolved { customer, matched_by: Some(by) },
    };
    let customer = &resolved.customer;
    identities::bump(conn, tenant, &[customer.to_string()]).await?;

    let found = candidates.iter().find(|candidate| candidate.id == *customer);
    if spoken.confirmed {
        let same = |other: &&KnownCustomer| found.is_some_and(|found| found.is_same_as(other, &spoken.identity));
        for other in candidates.iter().filter(same) {
            join(conn, tenant, &other.id, customer, ids, now).await?;
        }
        add(conn, tenant, customer, spoken, &names, now).await?;
    } else if found.is_none_or(|found| !found.confirmed) {
        add(conn, tenant, customer, spoken, &names, now).await?;
    }
    Ok(resolved)
}

/// Every customer that has one of the names, each once, with all its names.
async fn load_candidates(conn: &mut Conn, tenant: &Tenant, names: &[Name]) -> Result<Vec<KnownCustomer>, StoreError> {
    let mut found: Vec<KnownCustomer> = Vec::new();
    for name in names {
        let Some(owner) = identities::find_owner(conn, tenant, name).await? else { continue };
        if found.iter().any(|candidate| candidate.id == owner) {
            continue;
        }
        let entry = customers::find(conn, tenant, &owner).await?;
        let customer = entry.ok_or_else(|| StoreError::corrupt("identity", "its customer is missing"))?.customer;
        let tied = identities::list(conn, tenant, &owner).await?;
        found.push(KnownCustomer {
            id: owner,
            names: tied.into_iter().map(as_known).collect(),
            confirmed: customer.confirmed_at.is_some(),
            created_at: customer.created_at,
        });
    }
    Ok(found)
}

fn as_known(tied: TiedName) -> KnownName {
    KnownName { kind: tied.name.kind, value: tied.name.value, proven: tied.confirmed_at.is_some() }
}

async fn make(
    conn: &mut Conn,
    tenant: &Tenant,
    spoken: &Spoken,
    ids: &Ids,
    now: Instant,
) -> Result<CustomerId, StoreError> {
    let customer = Customer {
        id: CustomerId::from_bits(ids.next()),
        identity: spoken.identity.clone(),
        name: spoken.name.clone(),
        confirmed_at: spoken.confirmed.then_some(now),
        signed_up_at: spoken.signed_up_at.unwrap_or(now),
        archived_at: None,
        created_at: now,
        updated_at: now,
    };
    customers::insert(conn, tenant, &customer).await?;
    Ok(customer.id)
}

/// Adds what the fact says to what is known of the customer.
async fn add(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
    spoken: &Spoken,
    names: &[Name],
    now: Instant,
) -> Result<(), StoreError> {
    let confirmed_at = spoken.confirmed.then_some(now);
    for name in names {
        identities::tie(conn, tenant, name, customer, confirmed_at, now).await?;
    }
    let known = Known {
        identity: spoken.identity.clone(),
        name: spoken.name.clone(),
        confirmed_at,
        signed_up_at: spoken.signed_up_at,
    };
    customers::update(conn, tenant, customer, &known, now).await
}

/// Gives everything that is known under `from` to `into`.
pub(super) async fn join(
    conn: &mut Conn,
    tenant: &Tenant,
    from: &CustomerId,
    into: &CustomerId,
    ids: &Ids,
    now: Instant,
) -> Result<(), StoreError> {
    identities::bump(conn, tenant, &[from.to_string()]).await?;
    claims::move_all(conn, tenant, from, into).await?;
    transactions::move_all(conn, tenant, from, into).await?;
    commissions::move_all(conn, tenant, from, into).await?;
    identities::move_all(conn, tenant, from, into).await?;
    customers::mark_merged(conn, tenant, from, into, now).await?;
    // What was earned for the sign-up of the row that is no more has nobody to stand on: reckoning takes it back.
    reckon_customer::reckon_customer(conn, tenant, into, ids, now).await
}
