//! A program opens an address for a payment provider's deliveries, and says by which secret they are signed.

use crate::app::App;
use crate::flows::Change;
use crate::store::audit::{self, Actor, Entry};
use crate::store::program::endpoints::{self, Endpoint};
use crate::store::{Conn, Priority, StoreError};
use serde_json::json;
use whence_domain::{EndpointId, Tenant};

/// Opens an address for a provider's deliveries. They are refused until a secret is set.
///
/// # Errors
/// The database's.
pub async fn open_endpoint(
    app: &App,
    tenant: &Tenant,
    actor: Actor,
    provider: &'static str,
) -> Result<Endpoint, StoreError> {
    let change = Change::by(app, actor);
    let endpoint = Endpoint {
        key: EndpointId::from_bits(app.id_bits(change.at)),
        tenant: tenant.clone(),
        provider: provider.to_owned(),
        secret: None,
        created_at: change.at,
    };
    app.store
        .write(Priority::Money, (change, endpoint.clone()), |conn, (change, endpoint)| {
            Box::pin(async move {
                endpoints::insert(conn, endpoint).await?;
                note(conn, &endpoint.tenant, change, "endpoint.opened", &endpoint.key).await
            })
        })
        .await?;
    Ok(endpoint)
}

/// Sets the secret by which deliveries to an address are signed; `false` if the tenant has no such address. The secret
/// itself is not noted in the audit.
///
/// # Errors
/// The database's.
pub async fn set_endpoint_secret(
    app: &App,
    tenant: &Tenant,
    actor: Actor,
    key: EndpointId,
    secret: String,
) -> Result<bool, StoreError> {
    let input = (tenant.clone(), Change::by(app, actor), key, secret);
    app.store
        .write(Priority::Money, input, |conn, (tenant, change, key, secret)| {
            Box::pin(async move {
                let known = endpoints::mark_secret(conn, tenant, key, secret).await?;
                if known {
                    note(conn, tenant, change, "endpoint.secret_set", key).await?;
                }
                Ok(known)
            })
        })
        .await
}

async fn note(
    conn: &mut Conn,
    tenant: &Tenant,
    change: &Change,
    action: &'static str,
    key: &EndpointId,
) -> Result<(), StoreError> {
    let entry = Entry {
        id: change.audit.clone(),
        program: &tenant.program,
        mode: Some(tenant.mode),
        actor: &change.actor,
        action,
        subject_kind: "endpoint",
        subject_id: key.as_str(),
        detail: json!({}),
        at: change.at,
    };
    audit::insert(conn, &entry).await
}
