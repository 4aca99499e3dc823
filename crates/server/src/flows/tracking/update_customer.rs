//! The company changes what is known of a customer, gives it to another partner, or puts it away.

use super::find_customer::find_customer;
use crate::app::App;
use crate::clock::Ids;
use crate::flows::earning::reckon_customer::reckon_customer;
use crate::refusals;
use crate::store::audit::{self, Actor};
use crate::store::program::partners;
use crate::store::tracking::attributions::{self, NewDecision};
use crate::store::tracking::customers::{self, Entry, Known};
use crate::store::tracking::identities;
use crate::store::{Conn, Priority};
use whence_domain::program::PartnerKey;
use whence_domain::tracking::{CustomerIdentity, DecisionScope};
use whence_domain::{AuditId, Instant, Tenant};

/// What is to change; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct CustomerChanges {
    /// Further or other names.
    pub identity: CustomerIdentity,
    /// What the customer is called.
    pub name: Option<String>,
    /// To whom it belongs from now on and for everything before: a person's decision.
    pub partner_key: Option<PartnerKey>,
    /// What the company notes, a JSON object.
    pub metadata: Option<String>,
    /// Whether it is put away.
    pub archive: bool,
}

refusals! {
    /// Why a customer was not changed.
    pub enum UpdateCustomerError {
        NotFound = Missing, "customer_not_found", "", "There is no such customer.";
        NoSuchPartner = Missing, "partner_not_found", "partner_key", "There is no partner with this key.";
        NameTaken = Conflict, "customer_name_taken", "", "Another customer has this key or e-mail address.";
    }
}

struct Input {
    tenant: Tenant,
    identifier: String,
    actor: Actor,
    changes: CustomerChanges,
    ids: Ids,
    now: Instant,
}

/// Changes a customer.
///
/// # Errors
/// Why it was not changed.
pub async fn update_customer(
    app: &App,
    tenant: &Tenant,
    actor: Actor,
    identifier: &str,
    changes: CustomerChanges,
) -> Result<Entry, UpdateCustomerError> {
    let now = app.now();
    let (tenant, identifier) = (tenant.clone(), identifier.to_owned());
    let input = Input { tenant, identifier, actor, changes, ids: Ids::at(now), now };
    app.store.write(Priority::Money, input, |conn, input| Box::pin(apply(conn, input))).await
}

async fn apply(conn: &mut Conn, input: &Input) -> Result<Entry, UpdateCustomerError> {
    let Input { tenant, identifier, actor, changes, ids, now } = input;
    let found = find_customer(conn, tenant, identifier).await?.ok_or(UpdateCustomerError::NotFound)?;
    let id = found.customer.id;
    let names = identities::names(&changes.identity);
    let mut keys: Vec<String> = names.iter().map(|name| format!("{}:{}", name.kind.code(), name.value)).collect();
    keys.push(id.to_string());
    identities::bump(conn, tenant, &keys).await?;

    for name in &names {
        let owner = identities::find_owner(conn, tenant, name).await?;
        if owner.is_some_and(|owner| owner != id) {
            return Err(UpdateCustomerError::NameTaken);
        }
        identities::tie(conn, tenant, name, &id, Some(*now), *now).await?;
    }
    let known = Known {
        identity: changes.identity.clone(),
        name: changes.name.clone(),
        confirmed_at: Some(*now),
        signed_up_at: None,
    };
    customers::update(conn, tenant, &id, &known, *now).await?;
    if let Some(metadata) = &changes.metadata {
        customers::set_metadata(conn, tenant, &id, metadata, *now).await?;
    }
    if let Some(key) = &changes.partner_key {
        let partner = partners::find_by_key(conn, tenant, key).await?.ok_or(UpdateCustomerError::NoSuchPartner)?;
        // Naming the partner that it has already decides nothing and settles nothing.
        if found.partner.as_ref() != Some(&partner.id) {
            let decision = NewDecision {
                partner: Some(partner.id),
                scope: DecisionScope::Start,
                user: None,
                note: None,
                decided_at: *now,
            };
            attributions::insert_decision(conn, tenant, &id, &decision).await?;
        }
    }
    if changes.archive {
        customers::mark_archived(conn, tenant, &id, *now).await?;
    }
    let entry = audit::Entry {
        id: AuditId::from_bits(ids.next()),
        program: &tenant.program,
        mode: Some(tenant.mode),
        actor,
        action: if changes.archive { "customer.archived" } else { "customer.updated" },
        subject_kind: "customer",
        subject_id: id.as_str(),
        detail: serde_json::json!({ "partner_key": changes.partner_key.as_ref().map(ToString::to_string) }),
        at: *now,
    };
    audit::insert(conn, &entry).await?;
    reckon_customer(conn, tenant, &id, ids, *now).await?;
    customers::find(conn, tenant, &id).await?.ok_or(UpdateCustomerError::NotFound)
}
