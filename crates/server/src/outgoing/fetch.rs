//! One request: GET of one address, no cookies, no redirects followed, nothing run.

use super::body::{self, ENCODINGS};
use super::{Outgoing, Refused, USER_AGENT, dial};
use http::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONNECTION, HOST, LOCATION};
use http::{HeaderMap, Request};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::rustls::pki_types::ServerName;
use url::{Position, Url};

/// The longest answer head, in bytes.
const HEAD_BYTES: usize = 64 * 1024;

/// An answer, read as far as a check reads.
#[derive(Clone, Debug)]
pub struct Page {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The decoded body, at most a mebibyte of it; empty of a redirect.
    pub body: Vec<u8>,
    /// Whether the body was read to its end.
    pub is_whole: bool,
}

impl Page {
    /// Where a redirect leads, as the answer wrote it.
    pub fn location(&self) -> Option<String> {
        if !matches!(self.status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        self.headers.get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }
}

/// Holds an address against the rules that need no look-up.
///
/// # Errors
/// The rule that stands against it.
pub fn check_url(url: &Url) -> Result<(String, u16), Refused> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refused::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refused::Credentials);
    }
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Refused::Host)?;
    let port = url.port_or_known_default().ok_or(Refused::Host)?;
    Ok((host.to_owned(), port))
}

impl Outgoing {
    /// Fetches an address, connecting only where the policy lets it.
    ///
    /// # Errors
    /// Why there is no answer. One that stopped halfway is an answer that is not whole.
    pub async fn get(&self, url: &Url, deadline: Instant) -> Result<Page, Refused> {
        let (host, port) = check_url(url)?;
        let asked = async {
            let stream = dial(&host, port, self.policy(), self.resolver()).await?;
            // Small requests are not held back for more to come; a socket that refuses this works all the same.
            let _ = stream.set_nodelay(true);
            if url.scheme() == "http" {
                return send(stream, url, &host).await;
            }
            let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
            let name = ServerName::try_from(bare).map_err(|_| Refused::Host)?;
            let stream = self.tls.connect(name, stream).await.map_err(|_| Refused::Tls)?;
            send(stream, url, &host).await
        };
        let answer = timeout_at(deadline, asked).await.map_err(|_| Refused::Timeout)??;
        Ok(answer.read(deadline).await)
    }
}

/// An answer whose body is still to come.
struct Answer {
    head: http::response::Parts,
    body: Incoming,
    _connection: Driven,
}

impl Answer {
    /// Reads the body, as far as it comes in time.
    async fn read(self, deadline: Instant) -> Page {
        let Self { head, body, _connection } = self;
        let mut page = Page { status: head.status.as_u16(), headers: head.headers, body: Vec::new(), is_whole: true };
        if page.location().is_none() {
            let read = body::read(&page.headers, body, deadline).await;
            (page.body, page.is_whole) = (read.bytes, read.is_whole);
        }
        page
    }
}

async fn send<S>(stream: S, url: &Url, host: &str) -> Result<Answer, Refused>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_BYTES)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| Refused::Protocol)?;
    // Ends with this request, whether it is read to its end or not.
    let connection = Driven(tokio::spawn(async move {
        // What went wrong shows in the answer.
        let _ = connection.await;
    }));
    let answer = sender.send_request(request(url, host)?).await.map_err(|_| Refused::Protocol)?;
    let (head, body) = answer.into_parts();
    Ok(Answer { head, body, _connection: connection })
}

fn request(url: &Url, host: &str) -> Result<Request<Empty<Bytes>>, Refused> {
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    Request::get(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, authority)
        .header("user-agent", USER_AGENT)
        .header(ACCEPT, "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5")
        .header(ACCEPT_LANGUAGE, "en;q=0.8,*;q=0.5")
        .header(ACCEPT_ENCODING, ENCODINGS)
        .header(CONNECTION, "close")
        .body(Empty::new())
        .map_err(|_| Refused::Host)
}

/// A task that ends when this is dropped.
struct Driven(tokio::task::JoinHandle<()>);

impl Drop for Driven {
    fn drop(&mut self) {
        self.0.abort();
    }
}
