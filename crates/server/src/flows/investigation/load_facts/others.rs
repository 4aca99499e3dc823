//! Other records that may be the same person: of the same e-mail address, nearly the same key, or the same name.

use super::Scope;
use super::customer::Identified;
use crate::flows::earning::reckon_customer::load_payments;
use crate::store::investigation::candidates::{self, Found};
use crate::store::tracking::{claims, customers, touches};
use crate::store::{Conn, StoreError};
use whence_domain::investigation::facts::{CustomerFacts, OtherRecord, Shared};
use whence_domain::investigation::name_match::{self, NameKey, Probe};
use whence_domain::tracking::ClaimSource;

/// Records of each kind that are read, and that are told.
const EACH: i64 = 10;
const MOST: usize = 6;

/// Loads them, those with most in common first.
pub(super) async fn load(
    conn: &mut Conn,
    scope: &Scope<'_>,
    customer: Option<&CustomerFacts>,
    known: &Identified,
) -> Result<Vec<OtherRecord>, StoreError> {
    let Some(customer) = customer else { return Ok(Vec::new()) };
    let tenant = scope.tenant;
    let mut found: Vec<(Shared, Found)> = Vec::new();
    if let Some(email) = &known.identity.email {
        let same = candidates::list_by_email(conn, tenant, email.as_str(), EACH).await?;
        found.extend(same.into_iter().map(|row| (Shared::Email, row)));
        // A company whose keys are addresses: the payment may name the one by what is the other's key.
        let folded = name_match::fold_key(email.as_str());
        let same = candidates::list_by_folded_key(conn, tenant, &folded, EACH).await?;
        found.extend(same.into_iter().map(|row| (Shared::NearlyTheKey, row)));
    }
    if let Some(key) = &known.identity.customer_key {
        let folded = name_match::fold_key(key.as_str());
        let nearly = candidates::list_by_folded_key(conn, tenant, &folded, EACH).await?;
        found.extend(nearly.into_iter().map(|row| (Shared::NearlyTheKey, row)));
    }
    if let Some(keys) = known.name.as_deref().and_then(name_match::keys) {
        let probe = Probe { key: NameKey::Forward, to: format!("{}\u{1}", keys.forward), from: keys.forward };
        let same = candidates::list_by_name(conn, tenant, &probe, EACH).await?;
        found.extend(same.into_iter().map(|row| (Shared::Name, row)));
    }
    let mut others: Vec<OtherRecord> = Vec::new();
    for (shared, row) in found {
        let is_itself = row.id == customer.id || row.merged_into.is_some();
        if !is_itself && others.len() < MOST && !others.iter().any(|other| other.customer == row.id) {
            others.push(record(conn, scope, known, shared, row).await?);
        }
    }
    Ok(others)
}

async fn record(
    conn: &mut Conn,
    scope: &Scope<'_>,
    known: &Identified,
    shared: Shared,
    row: Found,
) -> Result<OtherRecord, StoreError> {
    let tenant = scope.tenant;
    let claims = claims::list(conn, tenant, &row.id).await?;
    let touches = touches::list(conn, tenant, &row.id).await?;
    let (transactions, paid) = load_payments(conn, tenant, &row.id).await?;
    let entry = customers::find(conn, tenant, &row.id).await?;
    let keys = known.identity.customer_key.as_ref().map(ToString::to_string).zip(row.customer_key);
    let other_key = keys.as_ref().is_some_and(|(own, other)| own != other);
    let nearly =
        |(own, other): &(String, String)| own != other && name_match::fold_key(own) == name_match::fold_key(other);
    Ok(OtherRecord {
        customer: row.id,
        since: row.signed_up_at,
        signed_up: claims.iter().any(|claim| claim.source != ClaimSource::Webhook),
        partner: entry.and_then(|entry| entry.partner),
        paid: !paid.is_empty(),
        transactions,
        touches: touches.into_iter().map(|(touch, _)| touch).collect(),
        shared,
        other_key,
        nearly_same_key: keys.as_ref().is_some_and(nearly),
    })
}
