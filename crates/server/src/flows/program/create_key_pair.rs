//! A new pair of API keys. The secret is seen once, here.

use crate::app::App;
use crate::flows::Change;
use crate::secret;
use crate::store::audit::{self, Actor, Entry};
use crate::store::program::keys::{self, KeyPair};
use crate::store::{Conn, Priority, StoreError};
use serde_json::json;
use whence_domain::{Instant, KeyPairId, Mode, Tenant};

/// A pair with its secret in the clear.
#[derive(Clone)]
pub struct DrawnPair {
    /// What is stored.
    pub pair: KeyPair,
    /// `sk_…`, for the caller alone.
    pub secret_key: String,
}

/// Draws a pair of the tenant's mode, not stored yet.
pub(super) fn draw(app: &App, tenant: &Tenant, at: Instant) -> DrawnPair {
    let infix = match tenant.mode {
        Mode::Live => "",
        Mode::Test => "test_",
    };
    let secret_key = secret::draw(&format!("sk_{infix}"));
    let pair = KeyPair {
        id: KeyPairId::from_bits(app.id_bits(at)),
        tenant: tenant.clone(),
        public_key: secret::draw(&format!("pk_{infix}")),
        secret_hash: secret::hash(&secret_key),
        created_at: at,
        revoked_at: None,
    };
    DrawnPair { pair, secret_key }
}

/// Makes a pair of keys for the tenant.
///
/// # Errors
/// The database's.
pub async fn create_key_pair(app: &App, tenant: &Tenant, actor: Actor) -> Result<DrawnPair, StoreError> {
    let change = Change::by(app, actor);
    let drawn = draw(app, tenant, change.at);
    let input = (change, drawn.pair.clone());
    app.store.write(Priority::Money, input, |conn, (change, pair)| Box::pin(save(conn, change, pair))).await?;
    app.links_changed(&tenant.program).await;
    Ok(drawn)
}

/// Stores a pair and notes it. The edge knows public keys, so the program's version is bumped.
pub(super) async fn save(conn: &mut Conn, change: &Change, pair: &KeyPair) -> Result<(), StoreError> {
    keys::insert(conn, pair).await?;
    crate::store::program::programs::mark_changed(conn, &pair.tenant.program).await?;
    let entry = Entry {
        id: change.audit.clone(),
        program: &pair.tenant.program,
        mode: Some(pair.tenant.mode),
        actor: &change.actor,
        action: "key_pair.created",
        subject_kind: "key_pair",
        subject_id: pair.id.as_str(),
        detail: json!({ "public_key": pair.public_key }),
        at: change.at,
    };
    audit::insert(conn, &entry).await
}
