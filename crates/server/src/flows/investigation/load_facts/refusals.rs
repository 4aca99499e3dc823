//! What the door refused of pages of the program's own sites.

use super::Scope;
use crate::store::tracking::refusals::{self, RefusedHour};
use crate::store::{Conn, StoreError};
use whence_domain::Instant;
use whence_domain::investigation::facts::{CustomerFacts, RefusalReason, RefusalSeen};

/// Hours, origins and reasons that are read: of the latest hours.
const MOST: i64 = 200;
/// So many days on either side of the sign-up are looked at.
const NEAR_DAYS: i64 = 3;
const HOUR_MICROS: i64 = 3_600_000_000;

/// Loads them, in order of time.
pub(super) async fn load(
    conn: &mut Conn,
    scope: &Scope<'_>,
    customer: Option<&CustomerFacts>,
) -> Result<Vec<RefusalSeen>, StoreError> {
    let (from, to) = match customer {
        Some(customer) => (customer.signed_up_at.plus_days(-NEAR_DAYS), customer.signed_up_at.plus_days(NEAR_DAYS)),
        None => (scope.period.start, scope.period.end),
    };
    let hour = |at: Instant| at.micros().div_euclid(HOUR_MICROS);
    let refused = refusals::list(conn, &scope.tenant.program, hour(from), hour(to), MOST).await?;
    let mut seen: Vec<RefusalSeen> = refused.into_iter().map(seen).collect();
    seen.sort_by(|one, other| (one.last_at, &one.key).cmp(&(other.last_at, &other.key)));
    Ok(seen)
}

fn seen(refused: RefusedHour) -> RefusalSeen {
    let reason = match refused.reason.as_str() {
        "no_public_key" => RefusalReason::NoPublicKey,
        "unknown_public_key" => RefusalReason::UnknownPublicKey,
        "origin_not_allowed" => RefusalReason::OriginNotAllowed,
        "invalid_field" | "missing_data" | "not_json" | "not_utf8" => RefusalReason::InvalidData,
        _ => RefusalReason::Other,
    };
    RefusalSeen {
        key: format!("refusal_{}_{}_{}", refused.hour, refused.origin, refused.reason),
        origin: refused.origin,
        reason,
        from: Instant::from_micros(refused.hour.saturating_mul(HOUR_MICROS)),
        last_at: Instant::from_micros(refused.last_at),
        requests: u64::try_from(refused.requests).unwrap_or(0),
        sign_ups: refused.sign_ups.map(|sign_ups| u64::try_from(sign_ups).unwrap_or(0)),
    }
}
