//! The browser's only way out: a proxy on a port of this machine that one visit uses, with a secret that one browser
//! knows. It resolves names itself and connects through [`dial`], so that a visited page reaches what a fetch of ours
//! reaches and nothing else (`reliability.md` P13).

use crate::outgoing::{Outgoing, Refused, dial};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{
    CONNECTION, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::uri::Scheme;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use subtle::ConstantTimeEq;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};
use tokio::task::{AbortHandle, JoinSet};

/// The name by which the browser shows itself to the proxy.
pub const USER: &str = "visit";
/// Connections from the browser at a time.
const CONNECTIONS: usize = 64;
/// Connections to servers during one visit.
const DIALS: usize = 1_500;
/// Refusals that are remembered.
const REMEMBERED: usize = 50;
/// What is read of a request's head.
const HEAD_BYTES: usize = 64 * 1024;
/// A browser that sends no request's head within this time is not served.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);

type Body = BoxBody<Bytes, hyper::Error>;

/// A running proxy. It ends, with every connection through it, when this is dropped.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

struct Shared {
    outgoing: Outgoing,
    expected: String,
    secret: String,
    budget: u64,
    used: AtomicU64,
    spent: Notify,
    dials: Semaphore,
    refusals: Mutex<Vec<Refusal>>,
}

/// A connection that the page wanted and did not get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The host, as the browser wrote it.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Why.
    pub reason: Refused,
}

impl Proxy {
    /// Starts one that moves at most `budget` bytes.
    ///
    /// # Errors
    /// If this machine has no free port.
    pub async fn start(outgoing: Outgoing, budget: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let secret = crate::clock::random_text(32);
        let shared = Arc::new(Shared {
            outgoing,
            expected: format!("Basic {}", STANDARD.encode(format!("{USER}:{secret}"))),
            secret,
            budget,
            used: AtomicU64::new(0),
            spent: Notify::new(),
            dials: Semaphore::new(DIALS),
            refusals: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared))).abort_handle();
        Ok(Self { address, shared, accepting })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The word that opens it.
    pub fn secret(&self) -> &str {
        &self.shared.secret
    }

    /// Whether more was moved than may be. Nothing is moved any more then.
    pub fn is_spent(&self) -> bool {
        self.shared.is_spent()
    }

    /// Waits until more was moved than may be.
    pub async fn spent(&self) {
        loop {
            let notified = self.shared.spent.notified();
            if self.is_spent() {
                return;
            }
            notified.await;
        }
    }

    /// The connections that were refused, the first of each host and port.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.shared.refusals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn is_spent(&self) -> bool {
        self.used.load(Ordering::Relaxed) > self.budget
    }

    /// Counts bytes; false once they are too many.
    fn spend(&self, bytes: usize) -> bool {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let before = self.used.fetch_add(bytes, Ordering::Relaxed);
        let fits = before.saturating_add(bytes) <= self.budget;
        if !fits {
            self.spent.notify_waiters();
        }
        fits
    }

    fn note(&self, host: &str, port: u16, reason: Refused) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let known = refusals.iter().any(|refusal| refusal.host == host && refusal.port == port);
        if refusals.len() < REMEMBERED && !known {
            refusals.push(Refusal { host: crate::edge::client::cut(host, 253).to_owned(), port, reason });
        }
    }

    /// Connects for the page, if the policy lets it and the visit has not had its share.
    async fn connect(self: &Arc<Self>, host: &str, port: u16) -> Result<Metered, Refused> {
        let permit = self.dials.try_acquire().map_err(|_| Refused::Timeout)?;
        // Each connection is counted once and for the whole visit.
        permit.forget();
        let dialled = dial(host, port, self.outgoing.policy(), self.outgoing.resolver()).await;
        let stream = dialled.inspect_err(|reason| self.note(host, port, *reason))?;
        // Small requests are not held back for more to come; a socket that refuses this works all the same.
        let _ = stream.set_nodelay(true);
        Ok(Metered { stream, shared: Arc::clone(self) })
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Everything that was started here ends with this task.
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        if connections.len() >= CONNECTIONS {
            connections.join_next().await;
            continue;
        }
        match listener.accept().await {
            Ok((stream, _)) => connections.spawn(serve(stream, Arc::clone(&shared))),
            // Out of file descriptors, most likely: the page can wait.
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
    }
}

/// Serves one connection of the browser: requests with whole addresses, or one tunnel.
async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let tunnel: Arc<Mutex<Option<Tunnel>>> = Arc::default();
    let service = service_fn(|request| answer(request, Arc::clone(&shared), Arc::clone(&tunnel)));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_buf_size(HEAD_BYTES)
        .preserve_header_case(true)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    // A browser that goes away in the middle is no news.
    let _ = connection.await;
    let tunnel = tunnel.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(Tunnel { upgrade, mut server }) = tunnel
        && let Ok(upgraded) = upgrade.await
    {
        // Either side may end it, and so may the budget.
        let _ = tokio::io::copy_bidirectional(&mut TokioIo::new(upgraded), &mut server).await;
    }
}

/// A tunnel that begins once its answer was sent.
struct Tunnel {
    upgrade: hyper::upgrade::OnUpgrade,
    server: Metered,
}

async fn answer(
    mut request: Request<Incoming>,
    shared: Arc<Shared>,
    tunnel: Arc<Mutex<Option<Tunnel>>>,
) -> Result<Response<Body>, std::convert::Infallible> {
    if !is_authorized(request.headers(), &shared.expected) {
        let mut answer = empty(StatusCode::PROXY_AUTHENTICATION_REQUIRED);
        answer.headers_mut().insert(PROXY_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"visit\""));
        return Ok(answer);
    }
    if shared.is_spent() {
        return Ok(empty(StatusCode::INSUFFICIENT_STORAGE));
    }
    if request.method() == Method::CONNECT {
        let Some((host, port)) = target(request.uri(), None) else { return Ok(empty(StatusCode::BAD_REQUEST)) };
        return Ok(match shared.connect(&host, port).await {
            Ok(server) => {
                let upgrade = hyper::upgrade::on(&mut request);
                *tunnel.lock().unwrap_or_else(PoisonError::into_inner) = Some(Tunnel { upgrade, server });
                empty(StatusCode::OK)
            }
            Err(reason) => empty(status(reason)),
        });
    }
    Ok(forward(request, &shared).await.unwrap_or_else(empty))
}

/// Sends a request on to the server that its address names.
async fn forward(request: Request<Incoming>, shared: &Arc<Shared>) -> Result<Response<Body>, StatusCode> {
    let (mut head, body) = request.into_parts();
    // A secure address comes by a tunnel, and nothing but http is spoken here.
    if head.uri.scheme() != Some(&Scheme::HTTP) {
        return Err(StatusCode::BAD_REQUEST);
    }
    let (host, port) = target(&head.uri, Some(80)).ok_or(StatusCode::BAD_REQUEST)?;
    let authority = head.uri.authority().map(|authority| authority.as_str().to_owned()).unwrap_or_default();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    head.uri = path.parse::<Uri>().map_err(|_| StatusCode::BAD_REQUEST)?;
    drop_hop_headers(&mut head.headers);
    head.headers.insert(HOST, HeaderValue::try_from(authority).map_err(|_| StatusCode::BAD_REQUEST)?);
    let server = shared.connect(&host, port).await.map_err(status)?;
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(HEAD_BYTES)
        .preserve_header_case(true)
        .handshake(TokioIo::new(server))
        .await
        .map_err(|_| StatusCode::BAD_GATEWAY)?;
    let driven = Driven(tokio::spawn(connection).abort_handle());
    let answer = sender.send_request(Request::from_parts(head, body)).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let (mut head, body) = answer.into_parts();
    drop_hop_headers(&mut head.headers);
    // A server has no say in how the browser speaks to its proxy.
    if head.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return Err(StatusCode::BAD_GATEWAY);
    }
    // The connection is driven for as long as its answer is read.
    let body = body.map_frame(move |frame| {
        let _driven = &driven;
        frame
    });
    Ok(Response::from_parts(head, body.boxed()))
}

/// The task that drives a connection to a server; ended with it.
struct Driven(AbortHandle);

impl Drop for Driven {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn is_authorized(headers: &HeaderMap, expected: &str) -> bool {
    headers.get(PROXY_AUTHORIZATION).is_some_and(|given| given.as_bytes().ct_eq(expected.as_bytes()).into())
}

/// Host and port of an address, or of a `CONNECT`.
fn target(uri: &Uri, default_port: Option<u16>) -> Option<(String, u16)> {
    let authority = uri.authority()?;
    // A name and password in an address are nobody's business here.
    if authority.as_str().contains('@') {
        return None;
    }
    let port = match authority.port() {
        Some(port) => port.as_str().parse().ok()?,
        None => default_port?,
    };
    Some((authority.host().to_owned(), port))
}

/// Headers that are meant for the next machine only.
fn drop_hop_headers(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    let proxy_connection = HeaderName::from_static("proxy-connection");
    let keep_alive = HeaderName::from_static("keep-alive");
    for name in [
        CONNECTION,
        PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
        proxy_connection,
        keep_alive,
    ] {
        headers.remove(name);
    }
}

fn status(reason: Refused) -> StatusCode {
    if reason.is_forbidden() { StatusCode::FORBIDDEN } else { StatusCode::BAD_GATEWAY }
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Empty::new().map_err(|never| match never {}).boxed());
    *answer.status_mut() = status;
    answer
}

/// A connection to a server whose bytes count.
struct Metered {
    stream: TcpStream,
    shared: Arc<Shared>,
}

fn spent() -> io::Error {
    io::Error::new(io::ErrorKind::QuotaExceeded, "the visit has had its share of bytes")
}

impl AsyncRead for Metered {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = out.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, out);
        let fits = self.shared.spend(out.filled().len() - before);
        if fits { polled } else { Poll::Ready(Err(spent())) }
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(written)) = &polled
            && !self.shared.spend(*written)
        {
            return Poll::Ready(Err(spent()));
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &str) -> Option<(String, u16)> {
        target(&uri.parse().expect("an address"), Some(80))
    }

    #[test]
    fn the_target_is_the_host_and_port_that_the_browser_names() {
        assert_eq!(of("http://shop.test/a?b=1"), Some(("shop.test".into(), 80)));
        assert_eq!(of("http://shop.test:8080/"), Some(("shop.test".into(), 8_080)));
        assert_eq!(of("http://[::1]:81/"), Some(("[::1]".into(), 81)));
        assert_eq!(of("http://a:b@shop.test/"), None);
        assert_eq!(of("/no-host"), None);
        assert_eq!(target(&"shop.test:443".parse().expect("a target"), None), Some(("shop.test".into(), 443)));
    }

    #[test]
    fn headers_for_the_next_machine_stay_here() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "x-secret, keep-alive"),
            ("x-secret", "1"),
            ("proxy-authorization", "Basic x"),
            ("transfer-encoding", "chunked"),
            ("accept", "*/*"),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        drop_hop_headers(&mut headers);
        assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["accept"]);
    }
}
