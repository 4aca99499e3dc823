//! A site on this machine that answers what a test says.

use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::task::JoinHandle;

/// An answer. In header values and the body `{query}` stands for the request's query, `{lower}` for it in lower case, `{old}` for the
/// older names in upper case, `{padded}` for the older names with the key padded.
#[derive(Clone, Debug)]
pub struct Says {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Says {
    /// A page.
    pub fn page(html: impl Into<String>) -> Self {
        let headers = vec![("content-type", "text/html; charset=utf-8".to_owned())];
        Self { status: 200, headers, body: html.into().into_bytes() }
    }

    /// A redirect.
    pub fn redirect(status: u16, to: impl Into<String>) -> Self {
        Self { status, headers: vec![("location", to.into())], body: Vec::new() }
    }

    /// The same with another header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    /// The same with another status.
    pub fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }
}

/// The site.
pub struct Site {
    /// Its port.
    pub port: u16,
    /// The requests that came, as `host path agent cookies`.
    pub came: Arc<Mutex<Vec<String>>>,
    answers: Arc<Mutex<HashMap<String, Says>>>,
    task: JoinHandle<()>,
}

impl Site {
    /// Opens one that answers these paths.
    pub async fn open(answers: HashMap<String, Says>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let came = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(answers));
        let (answering, noting) = (Arc::clone(&answers), Arc::clone(&came));
        let serve = move |request: Request| {
            let (answering, noting) = (Arc::clone(&answering), Arc::clone(&noting));
            async move {
                let header =
                    |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("-");
                let line = format!(
                    "{} {} {} {}",
                    header("host"),
                    request.uri().path(),
                    header("user-agent"),
                    header("cookie")
                );
                noting.lock().expect("unpoisoned").push(line);
                let missing = Says { status: 404, headers: Vec::new(), body: Vec::new() };
                let says = answering.lock().expect("unpoisoned").get(request.uri().path()).cloned().unwrap_or(missing);
                answer(&says, request.uri().query().unwrap_or_default())
            }
        };
        let router = axum::Router::new().fallback(serve);
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Self { port, came, answers, task }
    }

    /// Has it answer these paths from now on.
    pub fn answer(&self, answers: HashMap<String, Says>) {
        *self.answers.lock().expect("unpoisoned") = answers;
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn answer(says: &Says, query: &str) -> Response<Body> {
    let value =
        |wanted: &str| query.split('&').find_map(|pair| pair.strip_prefix(wanted)).unwrap_or_default().to_owned();
    let (key, xid) = (value("gspk="), value("gsxid="));
    let padded = format!("gspk={key}{}&gsxid={xid}", "%3D".repeat((4 - key.len() % 4) % 4));
    let fill = |text: &str| {
        text.replace("{query}", query)
            .replace("{lower}", &query.to_lowercase())
            .replace("{old}", &format!("GSPK={key}&GSXID={xid}"))
            .replace("{padded}", &padded)
    };
    let mut response = Response::builder().status(says.status);
    for (name, text) in &says.headers {
        response = response.header(*name, fill(text));
    }
    let body = match std::str::from_utf8(&says.body) {
        Ok(text) => fill(text).into_bytes(),
        Err(_) => says.body.clone(),
    };
    response.body(Body::from(body)).expect("an answer")
}
