//! Decisions whom customers belong to: ours, each time one changes, and people's.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::tracking::{Attribution, AttributionDecision, DecisionScope};
use whence_domain::{CustomerId, Instant, PartnerId, Tenant, UserId};

/// A decision as it was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// Its number among the customer's; the highest stands.
    pub seq: i64,
    /// The decision.
    pub attribution: Attribution,
    /// When it was made.
    pub decided_at: Instant,
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    decision: String,
    decided_at: i64,
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    seq: i64,
    partner_id: Option<String>,
    scope: String,
    decided_at: i64,
}

/// The decision that stands, if any was made.
pub async fn find_latest(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
) -> Result<Option<Decided>, StoreError> {
    let row = fetch_optional!(
        conn,
        Row,
        "attributions.latest",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        customer.as_str()
    )?;
    row.map(|row| {
        let attribution =
            serde_json::from_str(&row.decision).map_err(|error| StoreError::corrupt("attribution", error))?;
        Ok(Decided { seq: row.seq, attribution, decided_at: Instant::from_micros(row.decided_at) })
    })
    .transpose()
}

/// Keeps a decision under the next number.
pub async fn insert(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
    decided: &Decided,
) -> Result<(), StoreError> {
    let binding = decided.attribution.current();
    let decision =
        serde_json::to_string(&decided.attribution).map_err(|error| StoreError::corrupt("attribution", error))?;
    execute!(
        conn,
        "attributions.insert",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        customer.as_str(),
        decided.seq,
        binding.partner.as_ref().map(PartnerId::as_str),
        binding.xid.as_deref(),
        binding.source.code(),
        binding.reason.code(),
        binding.hold.map(whence_domain::tracking::AttributionHold::code),
        binding.policy_version,
        decision,
        decided.decided_at.micros(),
        decided.attribution.settled.then(|| decided.decided_at.micros())
    )?;
    Ok(())
}

/// What people decided about a customer.
pub async fn list_decisions(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
) -> Result<Vec<AttributionDecision>, StoreError> {
    fetch_all!(
        conn,
        PersonRow,
        "attributions.decisions",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        customer.as_str()
    )?
    .into_iter()
    .map(|row| {
        Ok(AttributionDecision {
            seq: row.seq,
            partner: row.partner_id.map(PartnerId::from_stored),
            scope: serde_json::from_str(&row.scope).map_err(|error| StoreError::corrupt("decision", error))?,
            decided_at: Instant::from_micros(row.decided_at),
        })
    })
    .collect()
}

/// A person's word, to be kept.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// To whom; none makes the customer organic.
    pub partner: Option<PartnerId>,
    /// For which payments.
    pub scope: DecisionScope,
    /// Who decided; none for a caller with the secret key.
    pub user: Option<UserId>,
    /// What they noted.
    pub note: Option<String>,
    /// When.
    pub decided_at: Instant,
}

/// Keeps a person's word whom a customer belongs to.
pub async fn insert_decision(
    conn: &mut Conn,
    tenant: &Tenant,
    customer: &CustomerId,
    decision: &NewDecision,
) -> Result<(), StoreError> {
    let scope = serde_json::to_string(&decision.scope).map_err(|error| StoreError::corrupt("decision", error))?;
    execute!(
        conn,
        "attributions.insert_decision",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        customer.as_str(),
        decision.partner.as_ref().map(PartnerId::as_str),
        scope,
        decision.user.as_ref().map(UserId::as_str),
        decision.note.as_deref(),
        decision.decided_at.micros()
    )?;
    Ok(())
}
