//! `Idempotency-Key` on every route that changes something: the first final answer again (`product.md` 5,
//! `reliability.md` P11).
//!
//! Only answers of status 200 are final: whatever else was answered did nothing, so the caller may mend it and try
//! again under the same key. Each unit of work notes in its own transaction that the request has had its effect, so that
//! neither a failure after it nor a process that dies makes the next try do it twice. A request runs to its end even if its caller hangs up, so that a key is never left in
//! flight by a broken connection; one whose process died is taken over after a minute.

use super::auth::ApiKey;
use super::{ApiError, body};
use crate::app::App;
use crate::secret;
use crate::store::idempotency::{self, RequestKey};
use crate::store::{Conn, Priority, StoreError};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use whence_domain::Instant;

/// Characters of a key at most.
const MAX_KEY: usize = 255;

/// A request still unanswered after so many microseconds belonged to a process that is gone: none takes this long.
const STALE_MICROS: i64 = 60_000_000;

/// What a known key means for the request at hand.
enum Standing {
    /// It is ours to serve.
    Ours,
    /// It was served: this was the answer.
    Answered(u16, String),
    /// Another one is being served.
    InFlight,
    /// It was carried out, but the process ended before its answer was kept.
    AnswerLost,
    /// It was used for another request.
    Other,
}

/// Serves a request with an `Idempotency-Key` once, however often it comes.
pub(super) async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    match key_of(request.headers()) {
        Ok(None) => next.run(request).await,
        Ok(Some(key)) => serve(app, key, request, next).await.unwrap_or_else(IntoResponse::into_response),
        Err(error) => error.into_response(),
    }
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let wrong = || {
        ApiError::invalid(
            "Idempotency-Key",
            "invalid_idempotency_key",
            format!("must have 1 to {MAX_KEY} plain characters"),
        )
    };
    let key = value.to_str().map_err(|_| wrong())?.trim();
    if key.is_empty() || key.len() > MAX_KEY { Err(wrong()) } else { Ok(Some(key.to_owned())) }
}

async fn serve(app: App, key: String, request: Request, next: Next) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let body = body::read(body).await?;
    let caller = parts.extensions.get::<ApiKey>().cloned();
    let caller = caller.ok_or_else(|| StoreError::corrupt("request", "this route is not behind the key check"))?;
    let uri = parts.uri.path_and_query().map_or("/", |uri| uri.as_str());
    let known = RequestKey {
        route: format!("{} {}", parts.method, parts.uri.path()),
        tenant: caller.tenant,
        pair: caller.pair,
        key,
    };
    let input_hash = secret::hash([uri.as_bytes(), b"\n", &body].concat());
    match begin(&app, known.clone(), input_hash).await? {
        Standing::Answered(status, text) => return Ok(replay(status, text)),
        Standing::InFlight => {
            let message = "a request with this Idempotency-Key is being served; ask again in a moment";
            return Err(ApiError::conflict("idempotency_key_in_flight", message).on("Idempotency-Key"));
        }
        Standing::AnswerLost => {
            let message = "the request with this Idempotency-Key was carried out, but its answer was lost: look up what it made; sending it again does nothing";
            return Err(ApiError::conflict("idempotency_answer_lost", message).on("Idempotency-Key"));
        }
        Standing::Other => {
            let sentence = "was used for a request with another body; draw a new one";
            return Err(ApiError::invalid("Idempotency-Key", "idempotency_key_reused", sentence));
        }
        Standing::Ours => {}
    }
    let request = Request::from_parts(parts, Body::from(body));
    // A task of its own: it goes on when the caller hangs up.
    let done = tokio::spawn(async move {
        let response = idempotency::serve(known.clone(), next.run(request)).await;
        finish(&app, known, response).await
    });
    done.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
}

async fn begin(app: &App, request: RequestKey, input_hash: String) -> Result<Standing, ApiError> {
    let input = (request, input_hash, app.now());
    let standing = app.store.write(Priority::Money, input, |conn, (request, input_hash, now)| {
        Box::pin(claim(conn, request, input_hash, *now))
    });
    Ok(standing.await?)
}

async fn claim(conn: &mut Conn, request: &RequestKey, input_hash: &str, now: Instant) -> Result<Standing, StoreError> {
    if idempotency::insert(conn, request, input_hash, now).await? {
        return Ok(Standing::Ours);
    }
    let Some(known) = idempotency::find(conn, request).await? else { return Ok(Standing::InFlight) };
    if known.input_hash != input_hash {
        return Ok(Standing::Other);
    }
    if let Some((status, body)) = known.answer {
        return Ok(Standing::Answered(status, body));
    }
    let stale = now.plus_micros(-STALE_MICROS);
    if known.has_effect && known.created_at < stale {
        return Ok(Standing::AnswerLost);
    }
    let ours = known.created_at < stale && idempotency::mark_taken_over(conn, request, stale, now).await?;
    Ok(if ours { Standing::Ours } else { Standing::InFlight })
}

/// Keeps a good answer, or forgets the request if it did nothing.
async fn finish(app: &App, request: RequestKey, response: Response) -> Result<Response, ApiError> {
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let input = (request, parts.status.as_u16(), text);
    let kept = app.store.write(Priority::Money, input, |conn, (request, status, text)| {
        Box::pin(async move {
            if *status == StatusCode::OK.as_u16() {
                idempotency::mark_answered(conn, request, *status, text).await
            } else {
                idempotency::delete(conn, request).await
            }
        })
    });
    if let Err(error) = kept.await {
        // The effect stands; the caller gets its answer, and the key stays in flight until it is stale.
        tracing::warn!(%error, "an answer could not be kept for its Idempotency-Key");
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn replay(status: u16, text: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}
