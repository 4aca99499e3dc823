//! What the snippet sends: page views and sign-ups, from pages that anybody may imitate. Read with suspicion, refused with
//! the field and a sentence, and every refusal counted, since it is evidence too.

mod fields;
pub mod refusals;
mod sign_up;
mod visit;

pub use fields::Refusal;

use super::body::{self, Answer};
use super::client;
use super::table::Program;
use super::upload::Upload;
use super::{Edge, snippet};
use crate::outgoing::browser::OWN_PARAMETER;
use fields::Fields;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use whence_domain::tracking::cookie::same_site;
use whence_domain::{Mode, Tenant};

/// The longest body, in bytes (`reliability.md` 5 "Sizes").
const BODY: usize = 16 * 1024;
/// A body that has not arrived after this time is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request to `/v1/…` of any host that is ours.
pub struct IngestRequest {
    /// The request's head.
    pub head: Parts,
    /// Its body.
    pub body: Upload,
    /// The host asked for.
    pub host: String,
    /// The visitor's address.
    pub address: IpAddr,
}

/// What is known of the sender once the body was read and the key and the origin were let through.
struct Sender<'a> {
    program: &'a Arc<Program>,
    mode: Mode,
    origin: &'a Origin,
    head: &'a Parts,
    host: &'a str,
    address: IpAddr,
}

impl Sender<'_> {
    fn tenant(&self) -> Tenant {
        self.program.tenant(self.mode)
    }
}

/// The `Origin` of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    /// None was sent: no page, or one that could not say. Accepted with low trust.
    Absent,
    /// A page of this host.
    Host { value: String, host: String },
    /// `null`, or nothing that is an origin.
    Opaque,
}

impl Origin {
    fn of(head: &Parts) -> Self {
        let Some(value) = head.headers.get(ORIGIN) else { return Self::Absent };
        let Ok(value) = value.to_str() else { return Self::Opaque };
        match client::host_of(value) {
            Some(host) => Self::Host { value: value.to_owned(), host: host.to_ascii_lowercase() },
            None => Self::Opaque,
        }
    }

    fn host(&self) -> Option<&str> {
        match self {
            Self::Host { host, .. } => Some(host),
            _ => None,
        }
    }
}

/// Which of the two calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Visit,
    SignUp,
}

impl Edge {
    /// Answers a request to `/v1/…` or `/pr/js`.
    pub async fn ingest(self: &Arc<Self>, request: IngestRequest) -> Answer {
        if let Some(file) = snippet::find(request.head.uri.path(), &request.head) {
            return file;
        }
        let call = match request.head.uri.path() {
            "/v1/visits" => Call::Visit,
            "/v1/signup" => Call::SignUp,
            _ => return body::message(StatusCode::NOT_FOUND, "there is nothing at this address"),
        };
        let origin = Origin::of(&request.head);
        if request.head.method == Method::OPTIONS {
            return preflight(&origin, &request.host);
        }
        if request.head.method != Method::POST {
            let mut answer = body::message(StatusCode::METHOD_NOT_ALLOWED, "send this as POST");
            answer.headers_mut().insert(http::header::ALLOW, HeaderValue::from_static("POST, OPTIONS"));
            return answer;
        }
        let host = request.host.clone();
        let is_own = self.is_own_call(request.head.uri.query().unwrap_or_default());
        let outcome = self.receive(call, &origin, request, is_own).await;
        let refused_origin = matches!(&outcome, Err(refusal) if refusal.status == StatusCode::FORBIDDEN);
        let mut answer = match outcome {
            Ok(answer) => answer,
            Err(refusal) => {
                // What our own browser tried tells nothing of a visitor.
                if !is_own {
                    let sign_up = call == Call::SignUp;
                    self.refusals.note(&self.links.table(), origin.host(), sign_up, &refusal, self.app.now());
                }
                body::message(refusal.status, &refusal.message)
            }
        };
        if !refused_origin {
            allow(&mut answer, &origin, &host);
        }
        answer
    }

    /// Whether a call comes from a page that our own browser visits. Such a call is answered as any other, with the same
    /// refusals, and stored nowhere: nobody was there. What it was and how it was answered is kept with the link check.
    fn is_own_call(&self, query: &str) -> bool {
        query
            .split('&')
            .filter_map(|pair| pair.strip_prefix(OWN_PARAMETER)?.strip_prefix('='))
            .any(|word| self.is_own_word(word.as_bytes()))
    }

    async fn receive(
        self: &Arc<Self>,
        call: Call,
        origin: &Origin,
        request: IngestRequest,
        is_own: bool,
    ) -> Result<Answer, Refusal> {
        let IngestRequest { head, body, host, address } = request;
        check_type(&head)?;
        let bytes = read(&head, body).await?;
        let fields = Fields::parse(&bytes)?;
        // Types first: a wrong one is told even to those whose key is wrong (`product.md` 5 "Snippet").
        let visit = if call == Call::Visit { Some(visit::Fields::read(&fields)?) } else { None };
        let sign_up = if call == Call::SignUp { Some(sign_up::Fields::read(&fields)?) } else { None };
        let table = self.links.table();
        let key = fields.text("public_key", 100)?;
        let (program, mode) =
            key.and_then(|key| table.of_public_key(key)).ok_or_else(|| Refusal::unknown_key(key.is_some()))?;
        check_origin(program, origin)?;
        if is_own {
            return Ok(accepted());
        }
        let sender = Sender { program, mode, origin, head: &head, host: &host, address };
        match (visit, sign_up) {
            (Some(visit), _) => self.visit(&sender, &table, &visit).await,
            (_, Some(sign_up)) => self.sign_up(&sender, &sign_up).await,
            (None, None) => Err(Refusal::not_stored()),
        }
    }
}

/// JSON, or plain text, which is what a beacon may be without asking first.
fn check_type(head: &Parts) -> Result<(), Refusal> {
    let unsupported = || {
        Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media_type",
            "send application/json, or text/plain holding JSON",
        )
    };
    let encoded = head.headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    if encoded {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_encoding",
            "send the body without Content-Encoding",
        ));
    }
    let Some(value) = head.headers.get(CONTENT_TYPE) else { return Ok(()) };
    let value = value.to_str().map_err(|_| unsupported())?;
    let essence = value.split(';').next().unwrap_or_default().trim();
    let known = essence.eq_ignore_ascii_case("application/json") || essence.eq_ignore_ascii_case("text/plain");
    known.then_some(()).ok_or_else(unsupported)
}

async fn read(head: &Parts, body: Upload) -> Result<bytes::Bytes, Refusal> {
    let too_large =
        || Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body must not be longer than 16 KiB");
    let said =
        head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()).and_then(|length| length.parse().ok());
    if said.is_some_and(|length: u64| length > BODY as u64) {
        return Err(too_large());
    }
    match tokio::time::timeout(PATIENCE, Limited::new(body, BODY).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.downcast_ref::<LengthLimitError>().is_some() => Err(too_large()),
        Ok(Err(_)) => Err(Refusal::new(StatusCode::BAD_REQUEST, "cut_off", "the body ended too early")),
        Err(_) => Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "the body did not arrive in time")),
    }
}

fn check_origin(program: &Program, origin: &Origin) -> Result<(), Refusal> {
    let allowed = match origin {
        Origin::Absent => true,
        Origin::Host { host, .. } => program.allows_origin(host),
        Origin::Opaque => false,
    };
    let forbidden = || {
        Refusal::new(
            StatusCode::FORBIDDEN,
            "origin_not_allowed",
            "pages of this origin may not use this public key: add its host to the program's sites",
        )
    };
    allowed.then_some(()).ok_or_else(forbidden)
}

/// What a browser asks before it sends JSON. Whether the key and the origin fit shows when it does.
fn preflight(origin: &Origin, host: &str) -> Answer {
    let mut answer = body::empty(StatusCode::NO_CONTENT);
    allow(&mut answer, origin, host);
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    answer
}

/// Lets the page read the answer; with its cookies only within one site.
fn allow(answer: &mut Answer, origin: &Origin, host: &str) {
    let headers = answer.headers_mut();
    headers.append(VARY, HeaderValue::from_static("origin"));
    let Origin::Host { value, host: page } = origin else { return };
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value);
        if same_site(page, host) {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
    }
}

/// The answer to everything that was taken: the same whether it was new, known or forged.
fn accepted() -> Answer {
    body::message(StatusCode::ACCEPTED, "accepted")
}
