//! How the demo's past reaches the server: by HTTP, over one connection, as anybody's would.

use anyhow::{Context, bail};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// A connection to the server.
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// If the server cannot be reached.
    pub async fn connect(address: SocketAddr, host: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // It ends with the client; what breaks it is told by the request that fails.
            let _ = connection.await;
        });
        Ok(Self { sender, host: host.to_owned() })
    }

    /// Follows a link: what was answered, unread.
    ///
    /// # Errors
    /// If nothing was answered.
    pub async fn get(&mut self, path: &str, user_agent: &str, cookies: &str) -> anyhow::Result<Response<Bytes>> {
        let mut request = Request::get(path).header("host", &self.host).header("user-agent", user_agent);
        if !cookies.is_empty() {
            request = request.header("cookie", cookies);
        }
        self.send(request.body(Full::default())?).await
    }

    /// Sends a body. Anything but a 2xx is an error, since the demo's past has no mistakes of its own.
    ///
    /// # Errors
    /// What the server said.
    pub async fn post(&mut self, path: &str, headers: &[(&str, &str)], body: String) -> anyhow::Result<()> {
        let mut request = Request::post(path).header("host", &self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.send(request.body(Full::from(body))?).await?;
        if !answer.status().is_success() {
            bail!("{path} answered {}: {}", answer.status(), String::from_utf8_lossy(answer.body()));
        }
        Ok(())
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Response<Bytes>> {
        self.sender.ready().await?;
        let path = request.uri().path().to_owned();
        let answer = self.sender.send_request(request).await.with_context(|| format!("{path} was not answered"))?;
        let (head, body) = answer.into_parts();
        Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
    }
}
