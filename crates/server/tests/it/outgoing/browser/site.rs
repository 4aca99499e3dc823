//! Websites of a test, on an address of this machine, and a name server that knows them.

use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::Response;
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use whence::outgoing::Resolver;

/// What somebody asked of a site.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The host, without its port.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
}

/// The sites behind one port.
pub struct Site {
    /// Where they are.
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<Ask>>>,
    serving: tokio::task::AbortHandle,
}

impl Site {
    /// Starts them on an address of this machine; `answer` says what they answer.
    pub async fn start(address: &str, answer: impl Fn(&Ask) -> Response + Clone + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((address, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let asked: Arc<Mutex<Vec<Ask>>> = Arc::default();
        let note = Arc::clone(&asked);
        let service = move |request: Request| {
            let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
            let host = host.rsplit_once(':').map_or(host, |(host, _)| host).to_owned();
            let ask = Ask { host, path: request.uri().to_string(), headers: request.headers().clone() };
            let response = answer(&ask);
            note.lock().expect("no test panics while it asks").push(ask);
            async move { response }
        };
        let router = axum::Router::new().fallback(service);
        let serving = tokio::spawn(async move { axum::serve(listener, router).await }).abort_handle();
        Self { address, asked, serving }
    }

    /// The address of a page.
    pub fn at(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.address.port())
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Ask> {
        self.asked.lock().expect("no test panics while it asks").clone()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// A page.
pub fn html(text: impl Into<Body>) -> Response {
    with_type("text/html", text)
}

/// A script.
pub fn script(text: impl Into<Body>) -> Response {
    with_type("text/javascript", text)
}

/// Something of a type.
pub fn with_type(kind: &str, text: impl Into<Body>) -> Response {
    Response::builder().header("content-type", kind).body(text.into()).expect("a response")
}

/// A redirect.
pub fn redirect(to: &str) -> Response {
    Response::builder().status(302).header("location", to).body(Body::empty()).expect("a response")
}

/// Nothing.
pub fn nothing() -> Response {
    Response::builder().status(404).body(Body::empty()).expect("a response")
}

/// A name server that knows some names. It gives the answers to each in order, the last one for ever.
#[derive(Default)]
pub struct Names {
    known: HashMap<String, (Vec<Vec<IpAddr>>, AtomicUsize)>,
    asked: AtomicUsize,
}

impl Names {
    /// Names and their addresses, the same each time.
    pub fn of(known: &[(&str, &str)]) -> Arc<Self> {
        Self::turning(&known.iter().map(|(name, address)| (*name, vec![vec![*address]])).collect::<Vec<_>>())
    }

    /// Names and the answers to each, in order.
    pub fn turning(known: &[(&str, Vec<Vec<&str>>)]) -> Arc<Self> {
        let address = |text: &&str| text.parse().expect("an address");
        let answers =
            |answers: &Vec<Vec<&str>>| answers.iter().map(|answer| answer.iter().map(address).collect()).collect();
        let known = known.iter().map(|(name, of)| ((*name).to_owned(), (answers(of), AtomicUsize::new(0)))).collect();
        Arc::new(Self { known, asked: AtomicUsize::new(0) })
    }

    /// How often a name was asked for.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Resolver for Names {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let found = self.known.get(host).map(|(answers, turn)| {
            let turn = turn.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
            answers[turn].clone()
        });
        Box::pin(async move { found.ok_or_else(|| io::ErrorKind::NotFound.into()) })
    }
}
