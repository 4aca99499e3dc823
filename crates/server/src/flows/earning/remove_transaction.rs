//! The company takes a payment back: it stands no longer, and what it earned is reversed.

use super::record_refund::reckon_payer;
use crate::app::App;
use crate::clock::Ids;
use crate::refusals;
use crate::store::audit::{self, Actor};
use crate::store::earning::transactions::{self, Kept};
use crate::store::{Conn, Priority};
use whence_domain::{AuditId, Instant, Tenant};

refusals! {
    /// Why a payment was not taken back.
    pub enum RemoveTransactionError {
        NotFound = Missing, "transaction_not_found", "", "There is no such transaction.";
    }
}

struct Input {
    tenant: Tenant,
    actor: Actor,
    identifier: String,
    ids: Ids,
    now: Instant,
}

/// Takes a payment back; again changes nothing.
///
/// # Errors
/// If there is none.
pub async fn remove_transaction(
    app: &App,
    tenant: &Tenant,
    actor: Actor,
    identifier: &str,
) -> Result<Kept, RemoveTransactionError> {
    let now = app.now();
    let input = Input { tenant: tenant.clone(), actor, identifier: identifier.to_owned(), ids: Ids::at(now), now };
    app.store.write(Priority::Money, input, |conn, input| Box::pin(remove(conn, input))).await
}

async fn remove(conn: &mut Conn, input: &Input) -> Result<Kept, RemoveTransactionError> {
    let Input { tenant, actor, identifier, ids, now } = input;
    let found = transactions::find_by_identifier(conn, tenant, identifier).await?;
    let kept = found.ok_or(RemoveTransactionError::NotFound)?;
    let id = &kept.transaction.id;
    if kept.transaction.removed_at.is_none() {
        transactions::mark_removed(conn, tenant, id, *now).await?;
        let entry = audit::Entry {
            id: AuditId::from_bits(ids.next()),
            program: &tenant.program,
            mode: Some(tenant.mode),
            actor,
            action: "transaction.removed",
            subject_kind: "transaction",
            subject_id: id.as_str(),
            detail: serde_json::json!({}),
            at: *now,
        };
        audit::insert(conn, &entry).await?;
        reckon_payer(conn, tenant, id, ids, *now).await?;
    }
    Ok(kept)
}
