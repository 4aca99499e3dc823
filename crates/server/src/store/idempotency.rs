//! The first final answers to requests that carry an `Idempotency-Key`, per pair of keys and route.

use crate::store::{Conn, StoreError};
use crate::{execute, fetch_optional};
use whence_domain::{Instant, KeyPairId, Tenant};

/// Which request: the caller's key, within its pair of API keys and its route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Whose data.
    pub tenant: Tenant,
    /// Which pair of API keys.
    pub pair: KeyPairId,
    /// Method and path.
    pub route: String,
    /// What the caller sent as `Idempotency-Key`.
    pub key: String,
}

/// What is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// A hash of what was asked.
    pub input_hash: String,
    /// Its final answer, status and body; none while it is in flight.
    pub answer: Option<(u16, String)>,
    /// Whether it has had its effect, be its answer kept or lost.
    pub has_effect: bool,
    /// When it began.
    pub created_at: Instant,
}

tokio::task_local! {
    /// The request that the present task serves, if it has an `Idempotency-Key`.
    static SERVED: RequestKey;
}

/// Serves a request: every unit of work that `serving` commits notes in its own transaction that the request has had its
/// effect, so that a process that dies before the answer is kept leaves no doubt (`reliability.md` 0, decision 2).
pub async fn serve<F: Future>(request: RequestKey, serving: F) -> F::Output {
    SERVED.scope(request, serving).await
}

/// The request that the present task serves.
pub(super) fn served() -> Option<RequestKey> {
    SERVED.try_with(Clone::clone).ok()
}

/// Notes that a request has had its effect.
///
/// # Errors
/// The database's.
pub async fn mark_effect(conn: &mut Conn, request: &RequestKey) -> Result<(), StoreError> {
    execute!(
        conn,
        "idempotency.mark_effect",
        request.tenant.program.as_str(),
        request.tenant.mode.as_str(),
        request.pair.as_str(),
        request.route.as_str(),
        request.key.as_str(),
    )?;
    Ok(())
}

/// Begins a request. `false` if it is known already.
///
/// # Errors
/// The database's.
pub async fn insert(conn: &mut Conn, request: &RequestKey, input_hash: &str, at: Instant) -> Result<bool, StoreError> {
    let rows = execute!(
        conn,
        "idempotency.insert",
        request.tenant.program.as_str(),
        request.tenant.mode.as_str(),
        request.pair.as_str(),
        request.route.as_str(),
        request.key.as_str(),
        input_hash,
        at.micros(),
    )?;
    Ok(rows == 1)
}

/// What is known of a request.
///
/// # Errors
/// The database's.
pub async fn find(conn: &mut Conn, request: &RequestKey) -> Result<Option<Known>, StoreError> {
    let row = fetch_optional!(
        conn,
        Row,
        "idempotency.find",
        request.tenant.program.as_str(),
        request.tenant.mode.as_str(),
        request.pair.as_str(),
        request.route.as_str(),
        request.key.as_str(),
    )?;
    row.map(Row::read).transpose()
}

/// Keeps the final answer.
///
/// # Errors
/// The database's.
pub async fn mark_answered(conn: &mut Conn, request: &RequestKey, status: u16, body: &str) -> Result<(), StoreError> {
    execute!(
        conn,
        "idempotency.mark_answered",
        request.tenant.program.as_str(),
        request.tenant.mode.as_str(),
        request.pair.as_str(),
        request.route.as_str(),
        request.key.as_str(),
        i64::from(status),
        body,
    )?;
    Ok(())
}

/// Takes over a request that began before `stale` and never ended: the process that served it is gone. `false` if
/// somebody else was faster.
///
/// # Errors
/// The database's.
pub async fn mark_taken_over(
    conn: &mut Conn,
    request: &RequestKey,
    stale: Instant,
    at: Instant,
) -> Result<bool, StoreError> {
    let rows = execute!(
        conn,
        "idempotency.mark_taken_over",
        request.tenant.program.as_str(),
        request.tenant.mode.as_str(),
        request.pair.as_str(),
        request.route.as_str(),
        request.key.as_str(),
        stale.micros(),
        at.micros(),
    )?;
    Ok(rows == 1)
}

/// Forgets a request that did nothing, so that it may be tried again.
///
/// # Errors
/// The database's.
pub async fn delete(conn: &mut Conn, request: &RequestKey) -> Result<(), StoreError> {
    execute!(
        conn,
        "idempotency.delete",
        request.tenant.program.as_str(),
        request.tenant.mode.as_str(),
        request.pair.as_str(),
        request.route.as_str(),
        request.key.as_str(),
    )?;
    Ok(())
}

/// Forgets every request that began before `at`; answers how many.
///
/// # Errors
/// The database's.
pub async fn delete_older(conn: &mut Conn, at: Instant) -> Result<u64, StoreError> {
    Ok(execute!(conn, "idempotency.delete_older", at.micros())?)
}

#[derive(sqlx::FromRow)]
struct Row {
    input_hash: String,
    status: Option<i64>,
    body: Option<String>,
    effect_at: Option<i64>,
    created_at: i64,
}

impl Row {
    fn read(self) -> Result<Known, StoreError> {
        let answer = match (self.status, self.body) {
            (Some(status), Some(body)) => {
                let status = u16::try_from(status).map_err(|error| StoreError::corrupt("stored answer", error))?;
                Some((status, body))
            }
            _ => None,
        };
        let (has_effect, created_at) = (self.effect_at.is_some(), Instant::from_micros(self.created_at));
        Ok(Known { input_hash: self.input_hash, answer, has_effect, created_at })
    }
}
